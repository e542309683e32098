// What an imported RoBERTa costs at its published sizes, with random weights: memory and time of the import,
// of opening the model, and of reading passages. Each row is measured in a process of its own.
//
// Times are of the processor; of passages processor time / wall time, of four passages that are read
// together.
//
//   roberta_bench [FOLDER [base|large]]    FOLDER: for files of up to 3 GB (default: the system's temporary
//   one)
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <exception>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/random.h"
#include "story2midi/nn/encoder.h"
#include "story2midi/nn/hugging_face.h"

namespace s2m::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kRounds = 3;
constexpr std::size_t kPassages = 4;
constexpr std::array kTokens{25, 128};
constexpr std::array kThreads{1, 2};

struct Size {
  const char* name;
  EncoderConfig config;
};

const EncoderConfig kBase{.vocabulary = 50265,
                          .width = 768,
                          .layers = 12,
                          .heads = 12,
                          .ffn = 3072,
                          .positions = 514,
                          .projection = 0};
const EncoderConfig kLarge{.vocabulary = 50265,
                           .width = 1024,
                           .layers = 24,
                           .heads = 16,
                           .ffn = 4096,
                           .positions = 514,
                           .projection = 0};
const Size kSizes[] = {{"base", kBase}, {"large", kLarge}};

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double processor_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// Memory of this process that is no file's: what the kernel cannot take back.
double own_megabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (double kilobytes = 0; word == "RssAnon:" && status >> kilobytes) return kilobytes * 1024e-6;
  throw Error("/proc/self/status", "RssAnon is missing");
}

// Milliseconds.
struct Cost {
  double wall = 0, processor = 0;
};

// Medians over the rounds.
template <class Work>
Cost cost_of(int rounds, Work&& work) {
  std::vector<double> wall, processor;
  for (int round = 0; round < rounds; ++round) {
    const double wall_start = wall_seconds(), processor_start = processor_seconds();
    work();
    wall.push_back(1e3 * (wall_seconds() - wall_start));
    processor.push_back(1e3 * (processor_seconds() - processor_start));
  }
  std::ranges::sort(wall);
  std::ranges::sort(processor);
  return {wall[wall.size() / 2], processor[processor.size() / 2]};
}

// What work() returns in a process of its own, and the most memory that this process had.
template <class Result>
struct Measured {
  Result result;
  double peak_megabytes = 0;
};

template <class Work, class Result = std::invoke_result_t<Work>>
Measured<Result> in_own_process(Work&& work) {
  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0) throw Error("bench", "no pipe");
  const auto child = ::fork();
  if (child == 0) {
    try {
      const Result result = work();
      ::_exit(::write(pipe[1], &result, sizeof result) == sizeof result ? 0 : 1);
    } catch (const std::exception& error) {
      fmt::print(stderr, "{}\n", error.what());
      ::_exit(1);
    }
  }
  ::close(pipe[1]);
  Measured<Result> measured;
  const bool whole = ::read(pipe[0], &measured.result, sizeof(Result)) == sizeof(Result);
  ::close(pipe[0]);
  rusage usage{};
  ::wait4(child, nullptr, 0, &usage);
  if (!whole) throw Error("bench", "a measuring process failed");
  measured.peak_megabytes = static_cast<double>(usage.ru_maxrss) * 1024e-6;
  return measured;
}

// A folder as Hugging Face lays it out, but for the vocabulary.
void write_roberta(const fs::path& folder, const EncoderConfig& c) {
  fs::create_directories(folder);
  write_text(
      folder / "config.json",
      fmt::format(R"({{"model_type":"roberta","vocab_size":{},"hidden_size":{},"num_hidden_layers":{},)"
                  R"("num_attention_heads":{},"intermediate_size":{},"max_position_embeddings":{},)"
                  R"("type_vocab_size":{},"layer_norm_eps":1e-05}})",
                  c.vocabulary, c.width, c.layers, c.heads, c.ffn, c.positions, c.token_types));
  std::vector<LateTensor> tensors;
  visit_parameters(c, [&](const std::string& name, const Shape& shape) {
    const auto count = static_cast<std::size_t>(shape[0] * (shape.size() > 1 ? shape[1] : 1));
    tensors.push_back({"roberta." + name, shape, [count, stream = tensors.size(), matrix = shape.size() > 1] {
                         std::vector<float> values(count, 1.f);  // norms keep ones
                         Random random(1, stream);
                         for (std::size_t i = 0; matrix && i < count; ++i)
                           values[i] = static_cast<float>((random.uniform() - 0.5) * 0.07);
                         return values;
                       }});
  });
  save_model_late(folder / "model.safetensors", {{"format", "pt"}}, tensors, DataType::kF32);
}

struct Reading {
  Cost open;
  double own_megabytes = 0;
  std::array<std::array<Cost, kThreads.size()>, kTokens.size()> passage;
};

Reading read_passages(const fs::path& model) {
  Reading reading;
  std::optional<Encoder> encoder;
  reading.open = cost_of(1, [&] { encoder.emplace(ModelFile(model)); });
  Random random(3);
  for (std::size_t i = 0; i < kTokens.size(); ++i) {
    std::vector<std::int32_t> ids(static_cast<std::size_t>(kTokens[i]));
    for (auto& id : ids) id = random.between(4, encoder->config().vocabulary - 1);
    const std::vector passages(kPassages, ids);
    for (std::size_t k = 0; k < kThreads.size(); ++k) {
      const auto all = cost_of(kRounds, [&] { encoder->read(passages, kThreads[k]); });
      reading.passage[i][k] = {all.wall / kPassages, all.processor / kPassages};
    }
  }
  reading.own_megabytes = own_megabytes();
  return reading;
}

void measure(const Size& size, const fs::path& folder) {
  const auto source = folder / "roberta", model = folder / "model.safetensors";
  in_own_process([&] { return write_roberta(source, size.config), 0; });
  for (const auto& [name, type] :
       {std::pair("f32", DataType::kF32), {"bf16", DataType::kBF16}, {"int8", DataType::kI8}}) {
    const auto import = in_own_process([&, type = type] {
      return cost_of(1, [&] { save_hugging_face(open_hugging_face(source), model, {{}, type, {}}); });
    });
    const auto reading = in_own_process([&] { return read_passages(model); });
    fmt::print("| {} {} | {:.0f} | {:.1f}, {:.0f} | {:.1f} | {:.0f}, {:.0f} |", size.name, name,
               static_cast<double>(fs::file_size(model)) / 1e6, import.result.processor / 1e3,
               import.peak_megabytes, reading.result.open.processor / 1e3, reading.result.own_megabytes,
               reading.peak_megabytes);
    for (const auto& of_tokens : reading.result.passage)
      for (const auto& cost : of_tokens) fmt::print(" {:.0f} / {:.0f} |", cost.processor, cost.wall);
    fmt::print("\n");
    std::fflush(stdout);
  }
}

// Gone with what is in it when this ends.
struct Folder {
  explicit Folder(const fs::path& parent) : path(parent / fmt::format("s2m_roberta_bench_{}", ::getpid())) {
    fs::create_directories(path);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path); }
  const fs::path path;
};

void run(const fs::path& parent, const std::string& only) {
  const Folder folder(parent);
  fmt::print("| model | file, MB | import: s, peak MB | open, s | own memory, peak, MB |");
  for (const int tokens : kTokens)
    for (const int threads : kThreads)
      fmt::print(" {} tokens, {} thread{}, ms |", tokens, threads, threads > 1 ? "s" : "");
  fmt::print("\n|---|---|---|---|---|---|---|---|---|\n");
  for (const auto& size : kSizes)
    if (only.empty() || only == size.name) measure(size, folder.path);
}

}  // namespace
}  // namespace s2m::bench

int main(int count, char** arguments) {
  try {
    s2m::bench::run(count > 1 ? arguments[1] : std::filesystem::temp_directory_path(),
                    count > 2 ? arguments[2] : "");
  } catch (const std::exception& error) {
    return fmt::print(stderr, "{}\n", error.what()), 1;
  }
}
