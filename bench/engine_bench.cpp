// How fast the networks run, beside LibTorch on the same weights, a plain loop, and what the machine can do
// at most, all from one run. Prints tables and, where a file is named, writes JSON into it.
//
//   engine_bench [JSON [TORCH_BENCH [NAME]]]   the tables; LibTorch by that program; of networks so named
//   engine_bench --rate FILE             events a second of a decoder's file, by the kernels of S2M_KERNELS
//   engine_bench --rates FILE THREADS    likewise, and of many pieces together
//   engine_bench --sentences FILE        sentences a second of an encoder's file
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string_view>
#include <thread>
#include <vector>

#include "bench/measure.h"
#include "bench/plain_decoder.h"
#include "bench/random_networks.h"
#include "bench/roofline.h"
#include "bench/run_program.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/memory.h"
#include "story2midi/nn/decoder.h"
#include "story2midi/nn/encoder.h"
#include "story2midi/nn/kernels/kernels.h"
#include "story2midi/nn/key_values.h"

namespace s2m::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kBatch = 16;

std::span<const std::uint8_t> note(int i) {
  static const auto notes = random_notes(kEvents);
  return std::span(notes).subspan(static_cast<std::size_t>(i) * kEventBytes, kEventBytes);
}

// Every choice of a note is made: its kind, then its fields.
void choose(const Decoder& decoder, DecoderState& state, std::span<const std::uint8_t> event) {
  auto chain = decoder.next(state);
  for (std::size_t i = 0; !chain.done(); ++i) {
    chain.logits();
    chain.choose(event[i]);
  }
}

std::shared_ptr<const DecoderMemory> some_memory(const Decoder& decoder) {
  const auto width = static_cast<std::size_t>(decoder.config().memory_width);
  return decoder.remember(std::vector<float>(kMemoryRows * width, 0.1f));
}

// Events a second, here and below.
double one_piece(const std::filesystem::path& file) {
  const Decoder decoder{ModelFile(file)};
  const auto memory = some_memory(decoder);
  return kEvents / median_seconds(1, [&] {
           auto state = decoder.start(memory);
           for (int i = 0; i < kEvents; ++i) {
             choose(decoder, state, note(i));
             decoder.feed(state, note(i));
           }
         });
}

// So many pieces that share each pass.
void pieces_together(const Decoder& decoder, const DecoderState& start, std::size_t count) {
  std::vector<DecoderState> states(count, start);
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
}

// As `compose --lines` has them: each thread a share of the pieces.
double many_pieces(const std::filesystem::path& file, int threads) {
  const Decoder decoder{ModelFile(file)};
  const auto start = decoder.start(some_memory(decoder));
  const auto each = kBatch / static_cast<std::size_t>(threads);
  return kEvents * kBatch / median_seconds(threads, [&] {
           std::vector<std::jthread> helpers;
           for (int i = 1; i < threads; ++i)
             helpers.emplace_back([&] { pieces_together(decoder, start, each); });
           pieces_together(decoder, start, each);
         });
}

double plain_loop(const DecoderConfig& config) {
  PlainDecoder plain(config);
  return kEvents / median_seconds(1, [&] {
           for (int i = 0; i < kEvents; ++i) plain.step(i);
         });
}

// Weights that a note of one piece is multiplied by.
std::size_t weights_of(const DecoderConfig& config) {
  std::size_t count = 0;
  visit_parameters(config, [&](const std::string& name, const Shape& shape) {
    const bool used = name.starts_with("layers.") && name.find("cross.memory") == std::string::npos;
    if (used && shape.size() == 2) count += static_cast<std::size_t>(shape[0] * shape[1]);
  });
  auto choices = static_cast<int>(config.kinds.size());
  for (const auto& [name, size] : note_fields(config)) choices += size;
  return count + static_cast<std::size_t>(choices * config.width);
}

// Bytes of keys and values that an event of a piece looks at, in the mean, without their scales.
double cache_bytes_of(const DecoderConfig& config) {
  double slots = 0;
  for (int i = 1; i <= kEvents; ++i) slots += std::min(i, config.window);
  slots *= config.layers / static_cast<double>(kEvents);
  for (int layer = 0; layer < config.layers; ++layer)
    slots += config.has_cross(layer) ? static_cast<double>(kMemoryRows) : 0;
  return slots * 2 * config.width;
}

// The caches of one piece, half full as they are in the mean.
struct Caches {
  explicit Caches(const DecoderConfig& config) {
    const int head_width = config.width / config.heads;
    for (int layer = 0; layer < config.layers; ++layer) {
      each.emplace_back(CacheType::kInt8, config.heads, config.window, head_width);
      counts.push_back(std::min(kEvents / 2, config.window));
      if (!config.has_cross(layer)) continue;
      each.emplace_back(CacheType::kInt8, config.heads, static_cast<int>(kMemoryRows), head_width);
      counts.push_back(static_cast<int>(kMemoryRows));
    }
  }
  std::vector<KeyValues> each;
  std::vector<int> counts;
};

// What a thread's pieces take an event to look at their caches and for nothing else, in the order of a pass.
void look(const std::vector<Caches>& pieces, int events) {
  Workspace work;
  const auto& first = pieces.front().each.front();
  const auto queries = work.floats(static_cast<std::size_t>(first.head_width() * first.heads()));
  const auto out = work.floats(queries.size());
  const auto scratch = first.scratch(work);
  std::fill(queries.begin(), queries.end(), 0.1f);
  for (int event = 0; event < events; ++event)
    for (std::size_t block = 0; block < pieces.front().each.size(); ++block)
      for (const auto& piece : pieces)
        piece.each[block].attend(0, piece.counts[block], queries, out, scratch);
}

// Seconds an event of each of kBatch pieces on two threads.
double looking_seconds(const DecoderConfig& config) {
  constexpr int kTurns = 100;
  const std::vector<Caches> half(kBatch / 2, Caches(config));
  const auto other = half;
  return median_seconds(2,
                        [&] {
                          const std::jthread helper([&] { look(other, kTurns); });
                          look(half, kTurns);
                        }) /
         (kTurns * static_cast<double>(kBatch));
}

// Upper bounds for a program that multiplies all weights and reads all of the cache; norms, rounding, softmax and
// choosing come on top.
void add_bounds(const DecoderConfig& config, double weights, Json& figures) {
  const double cache = cache_bytes_of(config);
  const auto of_batch = static_cast<std::size_t>(weights + kBatch * cache);
  const double bandwidth = read_bandwidth(of_batch, 2);
  const double products = weights / (2 * int8_peak());
  figures["bound_many_pieces_2_threads"] = 1 / (products + cache / bandwidth);
  figures["bound_many_pieces_looking_2_threads"] = 1 / (products + looking_seconds(config));
}

// The rate by another set of kernels, which a process chooses once.
double by_kernels(const char* set, const std::filesystem::path& file) {
  const auto self = std::filesystem::read_symlink("/proc/self/exe").string();
  const auto run = run_program({"env", fmt::format("S2M_KERNELS={}", set), self, "--rate", file.string()});
  return std::stod(run.output);
}

// One entry a thread count and number type; empty without LibTorch. At its best: with what the processor has,
// and without a variable that some set for older ones and that halves its fp32.
Json by_torch(const std::string& program, const char* network, const std::filesystem::path& file) {
  if (program.empty()) return Json::object();
  std::vector<std::string> words{"env", "-u", "OPENBLAS_CORETYPE"};
  if (runs_here(kAvx512Kernels)) words.push_back("ATEN_CPU_CAPABILITY=avx512");
  words.insert(words.end(), {program, network, file.string()});
  return Json::parse(run_program(words).output);
}

double largest(const Json& rates) {
  double most = 0;
  for (const auto& [name, rate] : rates.items()) most = std::max(most, rate.get<double>());
  return most;
}

Json measure_decoder(const std::string& name, const DecoderConfig& config, const std::string& torch) {
  const RandomModel fp32(config, "decoder", DataType::kF32), bf16(config, "decoder", DataType::kBF16),
      int8(config, "decoder", DataType::kI8);
  const auto weights = weights_of(config);
  const auto most = [&](int threads) {
    return read_bandwidth(weights, threads) / static_cast<double>(weights);
  };
  Json figures{{"model", name}, {"kernels", kernels().name}, {"weights", weights}};
  figures["roofline_1_thread"] = most(1);
  figures["roofline_2_threads"] = most(2);
  figures["roofline_many_pieces_1_thread"] = int8_peak() / static_cast<double>(weights);
  add_bounds(config, static_cast<double>(weights), figures);
  figures["libtorch"] = by_torch(torch, "decoder", fp32.path());
  figures["plain_loop"] = plain_loop(config);
  figures["fp32"] = one_piece(fp32.path());
  figures["bf16"] = one_piece(bf16.path());
  figures["int8"] = one_piece(int8.path());
  figures["int8_16_pieces"] = many_pieces(int8.path(), 1);
  figures["int8_16_pieces_2_threads"] = many_pieces(int8.path(), 2);
  for (const auto* set : {&kAvxVnniKernels, &kAvx2Kernels, &kScalarKernels}) {
    if (!runs_here(*set)) continue;
    figures[fmt::format("int8_{}", set->name)] = by_kernels(set->name, int8.path());
  }
  return figures;
}

struct Row {
  const char* key;
  const char* label;
  const char* roofline;  // that it can reach at most
};
constexpr Row kRows[] = {{"plain_loop", "plain loop, fp32", nullptr},
                         {"fp32", "fp32", nullptr},
                         {"bf16", "bf16", nullptr},
                         {"int8", "int8", "roofline_1_thread"},
                         {"int8_16_pieces", "int8, 16 pieces", "roofline_many_pieces_1_thread"},
                         {"int8_16_pieces_2_threads", "int8, 16 pieces, 2 threads", nullptr},
                         {"int8_avxvnni", "int8, AVX-VNNI", nullptr},
                         {"int8_avx2", "int8, AVX2", nullptr},
                         {"int8_scalar", "int8, scalar", nullptr}};

void print_row(const std::string& label, double rate, double torch, double roofline) {
  const auto ratio = [](double all, double part) {
    return part > 0 ? fmt::format("{:.2f}", all / part) : "";
  };
  fmt::print("  {:<28}{:>10.0f}{:>12}{:>12}\n", label, rate, ratio(rate, torch), ratio(rate, roofline));
}

void print_decoder(const Json& figures) {
  const auto of = [&](const char* key) { return figures[key].get<double>(); };
  fmt::print(
      "{}: {:.1f} M weights a note; kernels {}; at most {:.0f} events/s with 1 thread, {:.0f} with 2\n",
      figures["model"].get<std::string>(), of("weights") / 1e6, figures["kernels"].get<std::string>(),
      of("roofline_1_thread"), of("roofline_2_threads"));
  fmt::print("  {:<28}{:>10}{:>12}{:>12}\n", "", "events/s", "x LibTorch", "of roofline");
  const double torch = largest(figures["libtorch"]);
  for (const auto& [name, rate] : figures["libtorch"].items()) print_row("LibTorch " + name, rate, torch, 0);
  for (const auto& row : kRows)
    if (figures.contains(row.key))
      print_row(row.label, of(row.key), torch, row.roofline == nullptr ? 0 : of(row.roofline));
  fmt::print(
      "  many pieces with 2 threads: at most {:.0f} events/s by products and caches, .{:02.0f} of which are "
      "reached; with "
      "attention measured alone {:.0f}, .{:02.0f}; {:.1f} times one piece\n",
      of("bound_many_pieces_2_threads"),
      100 * of("int8_16_pieces_2_threads") / of("bound_many_pieces_2_threads"),
      of("bound_many_pieces_looking_2_threads"),
      100 * of("int8_16_pieces_2_threads") / of("bound_many_pieces_looking_2_threads"),
      of("int8_16_pieces_2_threads") / of("int8"));
  std::fflush(stdout);
}

double sentences(const std::filesystem::path& file, int threads) {
  const Encoder encoder{ModelFile(file)};
  Random random(3);
  const std::size_t count = is_brief() ? 2 : kSentences;
  std::vector<std::vector<std::int32_t>> ids(count, std::vector<std::int32_t>(kSentenceTokens));
  for (auto& sentence : ids)
    for (auto& id : sentence) id = random.between(4, encoder.config().vocabulary - 1);
  return static_cast<double>(count) / median_seconds(threads, [&] { encoder.read(ids, threads); });
}

Json measure_encoder(const std::string& torch) {
  const auto config = Encoder(ModelFile(S2M_SOURCE_DIR "/models/base/encoder.safetensors")).config();
  const RandomModel fp32(config, "encoder", DataType::kF32), int8(config, "encoder", DataType::kI8);
  Json figures{
      {"model", fmt::format("the shipped encoder's shape ({} wide, {} layers), sentences of 25 words",
                            config.width, config.layers)}};
  figures["libtorch"] = by_torch(torch, "encoder", fp32.path());
  figures["fp32"] = sentences(fp32.path(), 1);
  figures["int8"] = sentences(int8.path(), 1);
  figures["int8_2_threads"] = sentences(int8.path(), 2);
  return figures;
}

void print_encoder(const Json& figures) {
  fmt::print("{}\n  {:<28}{:>10}{:>12}\n", figures["model"].get<std::string>(), "", "a second", "x LibTorch");
  const double torch = largest(figures["libtorch"]);
  for (const auto& [name, rate] : figures["libtorch"].items()) print_row("LibTorch " + name, rate, torch, 0);
  for (const auto* key : {"fp32", "int8", "int8_2_threads"}) print_row(key, figures[key], torch, 0);
}

// Networks whose names hold `only`.
void run(const std::filesystem::path& json, const std::string& torch, std::string_view only) {
  if (torch.empty())
    fmt::print("LibTorch is left out: its bench is not built (make train builds what it needs)\n");
  auto all = Json::array();
  for (const auto& [name, config] : {std::pair("256 wide, 4 layers", decoder_config(256, 4, 4, 512)),
                                     {"384 wide, 6 layers", decoder_config(384, 6, 6, 1024)}}) {
    if (std::string_view(name).find(only) == std::string_view::npos) continue;
    all.push_back(measure_decoder(name, config, torch));
    print_decoder(all.back());
  }
  if (std::string_view("encoder").find(only) != std::string_view::npos) {
    all.push_back(measure_encoder(torch));
    print_encoder(all.back());
  }
  if (!json.empty()) write_text(json, all.dump(2) + "\n");
}

}  // namespace
}  // namespace s2m::bench

int main(int count, char** arguments) {
  s2m::keep_memory();  // as story2midi does
  try {
    if (count == 3 && std::string_view(arguments[1]) == "--sentences")
      fmt::print("{:.0f} sentences/s with 1 thread, {:.0f} with 2\n", s2m::bench::sentences(arguments[2], 1),
                 s2m::bench::sentences(arguments[2], 2));
    else if (count == 4 && std::string_view(arguments[1]) == "--rates")
      fmt::print("{:.0f} events/s of one piece, {:.0f} of {} together\n", s2m::bench::one_piece(arguments[2]),
                 s2m::bench::many_pieces(arguments[2], std::atoi(arguments[3])), s2m::bench::kBatch);
    else if (count == 3 && std::string_view(arguments[1]) == "--rate")
      fmt::print("{}\n", s2m::bench::one_piece(arguments[2]));
    else
      s2m::bench::run(count > 1 ? arguments[1] : "", count > 2 ? arguments[2] : "",
                      count > 3 ? arguments[3] : "");
  } catch (const std::exception& error) {
    return fmt::print(stderr, "engine_bench: {}\n", error.what()), 1;
  }
}
