// The network that learns and the network that plays are one: random small ones of many shapes must agree.
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cstring>
#include <filesystem>

#include "story2midi/base/random.h"
#include "story2midi/compose/event_language.h"
#include "story2midi/nn/decoder.h"
#include "tests/base/scratch_folder.h"
#include "train/decoder/decoder_task.h"
#include "train/loop/checkpoint.h"

namespace s2m::train {
namespace {

std::vector<Event> random_events(int count, Random& random) {
  std::vector<Event> events;
  for (int i = 0; i < count; ++i) {
    Event event;
    event.kind =
        i % 6 == 0 ? kBarEvent : static_cast<std::uint8_t>(random.between(kChordEvent, kFigureEvent));
    const auto fields = fields_of(event.kind);
    for (std::size_t k = 0; k < fields.size(); ++k)
      event.values[k] = static_cast<std::uint8_t>(random.below(static_cast<std::uint64_t>(fields[k].size)));
    events.push_back(event);
  }
  return events;
}

std::vector<std::uint8_t> bytes_of(const std::vector<Event>& events) {
  std::vector<std::uint8_t> bytes(events.size() * sizeof(Event));
  std::memcpy(bytes.data(), events.data(), bytes.size());
  return bytes;
}

DecoderConfig shape(int heads, int layers, int cross_every) {
  DecoderConfig config;
  config.width = 16 * heads, config.layers = layers, config.heads = heads, config.ffn = 40 * heads;
  config.cross_every = cross_every, config.memory_width = 24, config.window = 128;
  return with_event_language(config);
}

double module_loss(DecoderModule& module, const std::vector<Event>& events, const Memory& memory) {
  EventBatch rows(1, static_cast<int>(events.size()));
  write_window(rows, 0, 0, events, kAllFields);
  DecoderBatch batch = to_tensors(rows, torch::kCPU);
  batch.memory = memory;
  const DecoderLosses losses = module.losses(batch);
  return mean_loss(losses, module.config(), 1).item<double>() * static_cast<double>(losses.events);
}

double nn_loss(const Decoder& decoder, const std::vector<Event>& events,
               std::shared_ptr<const DecoderMemory> memory) {
  DecoderState state = decoder.start(std::move(memory));
  double sum = 0;
  for (const double nats : decoder.surprisal(state, bytes_of(events))) sum += nats;
  return sum;
}

TEST(DecoderParity, LossesOfRandomNetworksAgree) {
  torch::NoGradGuard no_grad;
  const auto path = scratch_folder() / "parity";
  for (const auto& [heads, layers, cross_every] : {std::tuple{1, 1, 1}, {2, 3, 2}, {4, 2, 0}, {3, 4, 1}}) {
    torch::manual_seed(heads);
    DecoderModule module(shape(heads, layers, cross_every), 0);
    for (torch::Tensor& p : module.parameters()) p.add_(torch::randn_like(p) * 0.1);
    module.eval();
    export_decoder(module, "{}", path.string());
    const Decoder decoder{ModelFile(path)};
    Random random(static_cast<std::uint64_t>(heads));
    const std::vector<Event> events = random_events(128, random);
    const double no_text = module_loss(module, events, {});
    EXPECT_NEAR(nn_loss(decoder, events, decoder.no_text()), no_text, 1e-4 * no_text) << heads;
    const torch::Tensor states = torch::randn({1, 7, 24});
    const double text = module_loss(module, events, {states, torch::ones({1, 7}, torch::kBool)});
    const std::span<const float> floats(states.data_ptr<float>(), static_cast<std::size_t>(states.numel()));
    EXPECT_NEAR(nn_loss(decoder, events, decoder.remember(floats)), text, 1e-4 * text) << heads;
  }
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace s2m::train
