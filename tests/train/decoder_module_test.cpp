#include "train/modules/decoder_module.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>

#include "story2midi/base/error.h"
#include "story2midi/base/random.h"
#include "story2midi/compose/event_language.h"
#include "story2midi/nn/parameters.h"
#include "tests/base/scratch_folder.h"
#include "train/decoder/decoder_task.h"
#include "train/decoder/event_baselines.h"
#include "train/loop/checkpoint.h"

namespace s2m::train {
namespace {

DecoderConfig small_config() {
  DecoderConfig config;
  config.width = 32, config.layers = 3, config.heads = 2, config.ffn = 48;
  config.cross_every = 2, config.memory_width = 12, config.window = 600;
  return with_event_language(config);
}

// An untrained network whose every weight matters.
std::unique_ptr<DecoderModule> small_module(double dropout = 0) {
  torch::manual_seed(7);
  auto module = std::make_unique<DecoderModule>(small_config(), dropout);
  torch::NoGradGuard no_grad;
  for (torch::Tensor& p : module->parameters()) p.add_(torch::randn_like(p) * 0.1);
  module->eval();
  return module;
}

// Bars with their notes; nothing of the grammar matters here but which fields an event has.
EventBatch random_events(int rows, int length, std::uint64_t seed) {
  EventBatch batch(rows, length);
  Random random(seed);
  for (int row = 0; row < rows; ++row) {
    std::vector<Event> events;
    for (int i = 0; i < length; ++i) {
      Event event;
      event.kind =
          i % 7 == 0 ? kBarEvent : static_cast<std::uint8_t>(random.between(kChordEvent, kFigureEvent));
      const auto fields = fields_of(event.kind);
      for (std::size_t k = 0; k < fields.size(); ++k)
        event.values[k] = static_cast<std::uint8_t>(random.below(static_cast<std::uint64_t>(fields[k].size)));
      events.push_back(event);
    }
    write_window(batch, row, 0, events, kAllFields);
  }
  return batch;
}

double difference(const torch::Tensor& a, const torch::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

// Pairs with another encoder: only what reads its memories begins anew.
TEST(DecoderModule, TakesOverAllButTheMemoriesReaders) {
  const auto module = small_module();
  const auto path = scratch_folder() / "decoder_module_test.safetensors";
  save_model(path, {{"kind", "decoder"}, {"config", to_json(module->config())}}, weights_of(*module),
             DataType::kF32);
  DecoderConfig wider = module->config();
  wider.memory_width = 20;
  torch::manual_seed(8);
  DecoderModule other(wider, 0);
  const auto before = weights_of(other);
  EXPECT_THROW(load_weights(path, other), Error);
  load_weights(path, other, "memory");
  const auto after = weights_of(other), from = weights_of(*module);
  for (std::size_t i = 0; i < after.size(); ++i) {
    const bool reads = after[i].name.find("memory") != std::string::npos;
    EXPECT_EQ(after[i].values, reads ? before[i].values : from[i].values) << after[i].name;
  }
}

TEST(DecoderModule, ParametersAreTheTable) {
  const DecoderModule module(small_config(), 0);
  std::map<std::string, Shape> table, ours;
  visit_parameters(small_config(), [&](const std::string& name, const Shape& shape) { table[name] = shape; });
  for (const auto& item : module.named_parameters()) ours[item.key()] = item.value().sizes().vec();
  EXPECT_EQ(ours, table);
}

// Attention written out, position by position, against the blocked kernel and its own backward pass.
torch::Tensor plain_attention(const torch::Tensor& qkv, std::int64_t heads, const RotaryTable& rotary) {
  const std::int64_t batch = qkv.size(0), length = qkv.size(1), width = qkv.size(2) / 3, dh = width / heads;
  const auto parts = qkv.view({batch, length, 3, heads, dh}).permute({2, 0, 3, 1, 4});
  const auto turned = [&](const torch::Tensor& x) {
    const auto c = rotary.cosine.narrow(0, 0, length), s = rotary.sine.narrow(0, 0, length);
    const auto halves = x.chunk(2, -1);
    return torch::cat({halves[0] * c - halves[1] * s, halves[1] * c + halves[0] * s}, -1);
  };
  auto scores =
      torch::matmul(turned(parts[0]), turned(parts[1]).transpose(2, 3)) / std::sqrt(static_cast<double>(dh));
  scores = scores.masked_fill(torch::ones({length, length}, torch::kBool).triu(1), -INFINITY);
  return torch::matmul(scores.softmax(-1), parts[2]).transpose(1, 2).reshape({batch, length, width});
}

TEST(CausalAttention, AgreesWithThePlainFormInBothDirections) {
  for (const std::int64_t length : {1, 5, 256, 300, 515}) {
    torch::manual_seed(length);
    const RotaryTable rotary = rotary_table(600, 8, 10000, torch::kCPU);
    const auto a = torch::randn({2, length, 3 * 16}).requires_grad_(true);
    const auto b = a.detach().clone().requires_grad_(true);
    const auto x = causal_attention(a, 2, rotary), y = plain_attention(b, 2, rotary);
    EXPECT_LT(difference(x, y), 1e-5) << length;
    const auto weight = torch::randn_like(x);
    (x * weight).sum().backward();
    (y * weight).sum().backward();
    EXPECT_LT(difference(a.grad(), b.grad()), 1e-4) << length;
  }
}

TEST(DecoderModule, DoesNotSeeWhatComesLater) {
  torch::NoGradGuard no_grad;
  const auto module = small_module();
  const auto inputs = to_tensors(random_events(2, 300, 1), torch::kCPU).inputs;
  auto changed = inputs.clone();
  changed.slice(1, 280) = to_tensors(random_events(2, 300, 2), torch::kCPU).inputs.slice(1, 280);
  const auto a = module->hidden(inputs, {}), b = module->hidden(changed, {});
  EXPECT_LT(difference(a.slice(1, 0, 280), b.slice(1, 0, 280)), 1e-6);
  EXPECT_GT(difference(a.slice(1, 280), b.slice(1, 280)), 1e-3);
}

TEST(DecoderModule, InputIsTheSumOfItsFieldsEmbeddings) {
  torch::NoGradGuard no_grad;
  // Without layers, h = final_norm(x).
  DecoderConfig config = small_config();
  config.layers = 0;
  DecoderModule module(config, 0);
  const auto inputs = to_tensors(random_events(1, 20, 3), torch::kCPU).inputs;
  std::map<std::string, torch::Tensor> p;
  for (const auto& item : module.named_parameters()) p[item.key()] = item.value();
  const auto h = module.hidden(inputs, {});
  for (std::int64_t t = 0; t < 20; ++t) {
    const auto event = inputs[0][t];
    const auto kind = event[0].item<std::int64_t>();
    torch::Tensor x = p["embed.kind.weight"][kind].clone();
    const auto add = [&](const auto& fields) {
      for (std::size_t k = 0; k < fields.size(); ++k)
        x += p["embed." + fields[k].first + ".weight"]
              [event[static_cast<std::int64_t>(k) + 1].template item<std::int64_t>()];
    };
    if (const int list = config.list_of(static_cast<int>(kind)); list >= 0)
      add(config.fields[static_cast<std::size_t>(list)]);
    const auto expected =
        torch::layer_norm(x, {config.width}, p["final_norm.weight"], p["final_norm.bias"], 1e-5);
    EXPECT_LT(difference(h[0][t], expected), 1e-5) << t;
  }
}

TEST(DecoderModule, MemoryRowsAreIndependentAndPaddingIsNotHeard) {
  torch::NoGradGuard no_grad;
  const auto module = small_module();
  const auto inputs = to_tensors(random_events(3, 40, 4), torch::kCPU).inputs;
  Memory memory{torch::randn({2, 9, 12}), torch::ones({2, 9}, torch::kBool)};
  memory.mask[1].slice(0, 5).fill_(false);
  const auto all = module->hidden(inputs, memory);
  const Memory first{memory.states.slice(0, 0, 1), memory.mask.slice(0, 0, 1)};
  const Memory second{memory.states.slice(0, 1, 2).slice(1, 0, 5), torch::ones({1, 5}, torch::kBool)};
  EXPECT_LT(difference(all[0], module->hidden(inputs.slice(0, 0, 1), first)[0]), 1e-5);
  EXPECT_LT(difference(all[1], module->hidden(inputs.slice(0, 1, 2), second)[0]), 1e-5);
  EXPECT_LT(difference(all[2], module->hidden(inputs.slice(0, 2, 3), {})[0]), 1e-5);
  EXPECT_GT(difference(all[0], module->hidden(inputs.slice(0, 0, 1), {})[0]), 1e-3) << "the story is heard";
}

TEST(DecoderModule, NoTextIsTheNullMemoryAsTheOnlyRow) {
  torch::NoGradGuard no_grad;
  const auto module = small_module();
  const auto inputs = to_tensors(random_events(2, 30, 5), torch::kCPU).inputs;
  const auto null_row = module->named_parameters()["memory.null"].view({1, 1, 12}).repeat({2, 1, 1});
  const Memory memory{null_row, torch::ones({2, 1}, torch::kBool)};
  EXPECT_LT(difference(module->hidden(inputs, {}), module->hidden(inputs, memory)), 1e-5);
}

// The chain for one target, by hand.
TEST(DecoderModule, LossesAreTheChainsCrossEntropies) {
  torch::NoGradGuard no_grad;
  const auto module = small_module();
  DecoderBatch batch = to_tensors(random_events(1, 15, 6), torch::kCPU);
  batch.targets[0][14][0] = -1;  // not learnt
  const DecoderLosses losses = module->losses(batch);
  EXPECT_EQ(losses.events, 14);
  const auto list_of = [&](int kind) { return static_cast<std::size_t>(module->config().list_of(kind)); };
  EXPECT_EQ(losses.lists[list_of(kBarEvent)].events, 2);
  EXPECT_EQ(losses.lists[list_of(kMelodyEvent)].events + losses.lists[list_of(kChordEvent)].events, 12);
  std::map<std::string, torch::Tensor> p;
  for (const auto& item : module->named_parameters()) p[item.key()] = item.value();
  const auto h = module->hidden(batch.inputs, {})[0];
  const DecoderConfig& config = module->config();
  const auto nats = [&](const torch::Tensor& z, const std::string& name, std::int64_t target) {
    const auto normed =
        torch::layer_norm(z, {config.width}, p["chain_norm.weight"], p["chain_norm.bias"], 1e-5);
    const auto logits = torch::matmul(p["head." + name + ".weight"], normed) + p["head." + name + ".bias"];
    return -torch::log_softmax(logits, 0)[target].item<double>();
  };
  double kind = 0, pitch = 0, tempo = 0;
  for (std::int64_t t = 0; t < 14; ++t) {
    const auto target = [&](std::int64_t column) { return batch.targets[0][t][column].item<std::int64_t>(); };
    kind += nats(h[t], "kind", target(0));
    auto z = h[t] + p["embed.kind.weight"][target(0)];
    const auto& fields = config.fields[list_of(static_cast<int>(target(0)))];
    z = z + p["embed." + fields[0].first + ".weight"][target(1)];
    if (target(0) >= kMelodyEvent) pitch += nats(z, "pitch", target(2));
    if (target(0) == kBarEvent && target(2) != 0) tempo += nats(z, "tempo", target(2));
  }
  EXPECT_NEAR(losses.kind.item<double>(), kind, 1e-3);
  EXPECT_NEAR(losses.lists[list_of(kMelodyEvent)].fields[kPitch].item<double>(), pitch, 1e-3);
  EXPECT_NEAR(losses.lists[list_of(kBarEvent)].fields[kTempo].item<double>(), tempo, 1e-3);
}

TEST(DecoderModule, EveryParameterLearns) {
  const auto module = small_module(0.1);
  module->train();
  DecoderBatch batch = to_tensors(random_events(3, 64, 8), torch::kCPU);
  batch.memory = {torch::randn({2, 4, 12}), torch::ones({2, 4}, torch::kBool)};
  mean_loss(module->losses(batch), module->config(), 1).backward();
  for (const auto& item : module->named_parameters()) {
    ASSERT_TRUE(item.value().grad().defined()) << item.key();
    EXPECT_GT(item.value().grad().abs().sum().item<double>(), 0) << item.key();
  }
}

TEST(DecoderModule, RefusesWhatIsLongerThanItsReach) {
  const auto module = small_module();
  EXPECT_THROW(module->hidden(torch::zeros({1, 601, kEventColumns}, torch::kInt64), {}), Error);
}

}  // namespace
}  // namespace s2m::train
