// How fast the decoder writes events, beside a plain loop and beside what the machine can do at most, all
// from one run. Prints a table and, where a file is named, writes JSON into it.
// S2M_KERNELS=scalar|avx2|avx512 chooses the kernels.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "bench/plain_decoder.h"
#include "bench/random_networks.h"
#include "bench/roofline.h"
#include "nn/decoder.h"
#include "nn/encoder.h"
#include "nn/kernels/kernels.h"

namespace s2m::bench {
namespace {

constexpr int kEvents = 500;  // a piece of a minute or two
constexpr int kRounds = 3;
constexpr std::size_t kBatch = 16;
constexpr std::size_t kMemoryRows = 64;

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// The median of so many rounds.
double median_seconds(double (*clock)(), const std::function<void()>& work) {
  std::vector<double> seconds;
  for (int round = 0; round < kRounds; ++round) {
    const double start = clock();
    work();
    seconds.push_back(clock() - start);
  }
  std::nth_element(seconds.begin(), seconds.begin() + kRounds / 2, seconds.end());
  return seconds[kRounds / 2];
}

// Every choice of a note is made: five heads.
void choose(const Decoder& decoder, DecoderState& state, std::span<const std::uint8_t> event) {
  auto chain = decoder.next(state);
  for (std::size_t i = 0; !chain.done(); ++i) {
    chain.logits();
    chain.choose(event[i]);
  }
}

struct Bench {
  DecoderConfig config;
  std::vector<std::uint8_t> notes = random_notes(kEvents);

  std::span<const std::uint8_t> note(int i) const {
    return std::span(notes).subspan(static_cast<std::size_t>(i) * kEventBytes, kEventBytes);
  }

  // Events a second of one piece.
  double one_piece(DataType type, int threads) const {
    const auto decoder = random_network<Decoder>(config, "decoder", type);
    const auto memory = decoder.remember(std::vector<float>(kMemoryRows * 256, 0.1f));
    const auto work = [&] {
      auto state = decoder.start(memory, threads);
      for (int i = 0; i < kEvents; ++i) {
        choose(decoder, state, note(i));
        decoder.feed(state, note(i));
      }
    };
    return kEvents / median_seconds(threads == 1 ? thread_seconds : wall_seconds, work);
  }

  // Events a second of sixteen pieces together.
  double many_pieces(DataType type) const {
    const auto decoder = random_network<Decoder>(config, "decoder", type);
    const auto memory = decoder.remember(std::vector<float>(kMemoryRows * 256, 0.1f));
    const auto work = [&] {
      std::vector<DecoderState> states(kBatch, decoder.start(memory));
      std::vector<DecoderState*> pieces;
      for (auto& state : states) pieces.push_back(&state);
      Workspace workspace;
      std::vector<std::uint8_t> events;
      for (int i = 0; i < kEvents; ++i) {
        events.clear();
        for (auto& state : states) {
          choose(decoder, state, note(i));
          events.insert(events.end(), note(i).begin(), note(i).end());
        }
        decoder.feed_each(workspace, pieces, events);
      }
    };
    return kEvents * kBatch / median_seconds(thread_seconds, work);
  }

  double plain_loop() const {
    PlainDecoder plain(config);
    const auto work = [&] {
      for (int i = 0; i < kEvents; ++i) plain.step(i);
    };
    return kEvents / median_seconds(thread_seconds, work);
  }

  // Bytes of int8 weights that an event of one piece has to read.
  std::size_t weight_bytes() const {
    std::size_t bytes = 0;
    visit_parameters(config, [&](const std::string& name, const Shape& shape) {
      const bool used = name.starts_with("layers.") && name.find("cross.memory") == std::string::npos;
      if (used && shape.size() == 2) bytes += static_cast<std::size_t>(shape[0] * shape[1]);
    });
    return bytes + 295 * static_cast<std::size_t>(config.width);  // a note's heads
  }
};

nlohmann::ordered_json measure(const std::string& name, const DecoderConfig& config) {
  const Bench bench{config};
  const auto bytes = bench.weight_bytes();
  const double bandwidth = read_bandwidth(bytes);
  nlohmann::ordered_json figures{{"model", name},
                                 {"kernels", kernels().name},
                                 {"weight_bytes", bytes},
                                 {"bandwidth_gb_s", bandwidth / 1e9},
                                 {"roofline_events_s", bandwidth / static_cast<double>(bytes)},
                                 {"int8_peak_gmac_s", int8_peak() / 1e9},
                                 {"plain_loop_fp32", bench.plain_loop()},
                                 {"fp32", bench.one_piece(DataType::kF32, 1)},
                                 {"bf16", bench.one_piece(DataType::kBF16, 1)},
                                 {"int8", bench.one_piece(DataType::kI8, 1)},
                                 {"int8_batch_16", bench.many_pieces(DataType::kI8)},
                                 {"int8_2_threads_wall", bench.one_piece(DataType::kI8, 2)}};
  return figures;
}

void print(const nlohmann::ordered_json& figures) {
  const auto of = [&](const char* name) { return figures[name].get<double>(); };
  fmt::print(
      "{}: {:.1f} MB of int8 weights an event; {:.0f} GB/s at that size; int8 peak {:.0f} GMAC/s; {}\n",
      figures["model"].get<std::string>(), of("weight_bytes") / 1e6, of("bandwidth_gb_s"),
      of("int8_peak_gmac_s"), figures["kernels"].get<std::string>());
  fmt::print("  {:<24}{:>10}{:>12}{:>12}\n", "", "events/s", "x plain", "of roofline");
  for (const auto* name : {"plain_loop_fp32", "fp32", "bf16", "int8", "int8_batch_16", "int8_2_threads_wall",
                           "roofline_events_s"})
    fmt::print("  {:<24}{:>10.0f}{:>12.2f}{:>12.2f}\n", name, of(name), of(name) / of("plain_loop_fp32"),
               of(name) / of("roofline_events_s"));
}

// Tokens a second of passages of 64 tokens.
nlohmann::ordered_json measure_encoder() {
  constexpr int kTokens = 64, kPassages = 16;
  EncoderConfig config;
  config.layers = 2;
  Random random(3);
  std::vector<std::int32_t> ids(kTokens);
  for (auto& id : ids) id = random.between(4, 16383);
  nlohmann::ordered_json figures{{"model", "encoder, 256 wide, 2 layers, passages of 64 tokens"}};
  for (const auto& [name, type] :
       {std::pair("fp32_tokens_s", DataType::kF32), {"int8_tokens_s", DataType::kI8}}) {
    const auto encoder = random_network<Encoder>(config, "encoder", type);
    figures[name] = kTokens * kPassages / median_seconds(thread_seconds, [&] {
                      for (int i = 0; i < kPassages; ++i) encoder.read(ids);
                    });
  }
  return figures;
}

}  // namespace
}  // namespace s2m::bench

int main(int count, char** arguments) {
  using namespace s2m::bench;
  auto all = nlohmann::ordered_json::array();
  for (const auto& [name, config] : {std::pair("256 wide, 4 layers", decoder_config(256, 4, 4, 512)),
                                     {"384 wide, 6 layers", decoder_config(384, 6, 6, 1024)}}) {
    all.push_back(measure(name, config));
    print(all.back());
    std::fflush(stdout);
  }
  all.push_back(measure_encoder());
  fmt::print("{}: fp32 {:.0f} tokens/s, int8 {:.0f}\n", all.back()["model"].get<std::string>(),
             all.back()["fp32_tokens_s"].get<double>(), all.back()["int8_tokens_s"].get<double>());
  if (count > 1) s2m::write_text(arguments[1], all.dump(2) + "\n");
}
