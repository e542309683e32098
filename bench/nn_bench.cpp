// How fast the networks of the shipped size run: random weights, one thread, time of the processor (other
// programs on the machine count little). S2M_KERNELS=scalar|avx2|avx512 chooses the kernels.
#include <benchmark/benchmark.h>

#include <filesystem>

#include "base/random.h"
#include "nn/decoder.h"
#include "nn/encoder.h"
#include "nn/kernels/kernels.h"

namespace s2m {
namespace {

constexpr int kEvents = 1023;
constexpr int kTokens = 64;

DecoderConfig decoder_config() {
  DecoderConfig config;
  config.note_fields = {{"voice", 4}, {"pitch", 128}, {"duration", 32}, {"velocity", 32}};
  config.bar_fields = {{"metre", 24},   {"tempo", 33},    {"mode", 3},      {"valence", 10},  {"arousal", 10},
                       {"density", 17}, {"dynamics", 17}, {"register", 17}, {"bars_left", 34}};
  return config;
}

// The network of that shape with random weights, by way of a file of that type.
template <class Network, class Config>
Network random_network(const Config& config, const std::string& kind, DataType type) {
  Random random(1);
  std::vector<NamedTensor> tensors;
  visit_parameters(config, [&](const std::string& name, const Shape& shape) {
    std::size_t count = 1;
    for (const auto size : shape) count *= static_cast<std::size_t>(size);
    NamedTensor tensor{name, shape, std::vector<float>(count, 1.f)};  // norms keep ones
    if (shape.size() > 1)
      for (float& value : tensor.values) value = static_cast<float>((random.uniform() - 0.5) * 0.07);
    tensors.push_back(std::move(tensor));
  });
  const auto path = std::filesystem::temp_directory_path() / ("s2m_bench_" + kind + ".safetensors");
  save_model(path, {{"kind", kind}, {"config", to_json(config)}}, tensors, type);
  Network network{ModelFile(path)};
  std::filesystem::remove(path);
  return network;
}

std::vector<std::uint8_t> random_notes(int count) {
  Random random(2);
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < count; ++i) {
    for (const int size : {96, 4, 128, 32, 32})
      bytes.push_back(static_cast<std::uint8_t>(random.below(size)));
    bytes.resize(static_cast<std::size_t>(i + 1) * kEventBytes);
  }
  return bytes;
}

void write_event(const Decoder& decoder, DecoderState& state, std::span<const std::uint8_t> event) {
  auto chain = decoder.next(state);
  for (std::size_t i = 0; !chain.done(); ++i) {
    benchmark::DoNotOptimize(chain.logits());
    chain.choose(event[i]);
  }
  decoder.feed(state, event);
}

// Notes chosen and heard one by one, from an empty cache to a full window.
void decoder_steps(benchmark::State& run, DataType type) {
  const auto decoder = random_network<Decoder>(decoder_config(), "decoder", type);
  const auto memory = decoder.remember(std::vector<float>(static_cast<std::size_t>(kTokens * 256), 0.1f));
  const auto notes = random_notes(kEvents);
  for (auto _ : run) {
    auto state = decoder.start(memory);
    for (std::size_t i = 0; i < kEvents; ++i)
      write_event(decoder, state, std::span(notes).subspan(i * kEventBytes, kEventBytes));
  }
  run.SetItemsProcessed(run.iterations() * kEvents);
  run.SetLabel(kernels().name);
}

// The same notes heard all at once.
void decoder_whole(benchmark::State& run, DataType type) {
  const auto decoder = random_network<Decoder>(decoder_config(), "decoder", type);
  const auto start = decoder.start(decoder.no_text());
  const auto notes = random_notes(kEvents);
  for (auto _ : run) {
    auto state = start;
    benchmark::DoNotOptimize(decoder.feed(state, notes));
  }
  run.SetItemsProcessed(run.iterations() * kEvents);
}

void encoder_passage(benchmark::State& run, DataType type) {
  const auto encoder = random_network<Encoder>(EncoderConfig{}, "encoder", type);
  Random random(3);
  std::vector<std::int32_t> ids(kTokens);
  for (auto& id : ids) id = random.between(4, 16383);
  for (auto _ : run) benchmark::DoNotOptimize(encoder.read(ids));
}

BENCHMARK_CAPTURE(decoder_steps, float32, DataType::kF32)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(decoder_steps, int8, DataType::kI8)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(decoder_whole, float32, DataType::kF32)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(decoder_whole, int8, DataType::kI8)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(encoder_passage, float32, DataType::kF32)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(encoder_passage, int8, DataType::kI8)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace s2m
