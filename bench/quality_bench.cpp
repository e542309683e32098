// What int8 costs: nats a note and a bar of real pieces, from a decoder's int8 file, and from the same
// weights written out as floats (inputs and cache unrounded then).
//
//   quality_bench DECODER FOLDER [PIECES]    every MIDI file below FOLDER that is on a grid of beats
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "lab/analysis/to_parts.h"
#include "story2midi/base/error.h"
#include "story2midi/events/event.h"
#include "story2midi/midi/midi.h"
#include "story2midi/music/key.h"
#include "story2midi/nn/decoder.h"

namespace s2m::bench {
namespace {

constexpr std::size_t kMostEvents = 512;

struct Nats {
  double notes = 0, bars = 0;
  std::int64_t note_count = 0, bar_count = 0;

  void add(const Event& event, double nats) {
    (event.is_note() ? notes : bars) += nats;
    ++(event.is_note() ? note_count : bar_count);
  }
  double a_note() const { return notes / static_cast<double>(note_count); }
  double a_bar() const { return bars / static_cast<double>(bar_count); }
};

// By teacher forcing: each event after those of the piece before it.
void measure(const Decoder& decoder, std::span<const Event> events, Nats& sums) {
  auto state = decoder.start(decoder.no_text());
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(events.data()), events.size_bytes());
  const auto nats = decoder.surprisal(state, bytes);
  for (std::size_t i = 0; i < events.size(); ++i) sums.add(events[i], nats[i]);
}

std::vector<std::filesystem::path> midi_files(const std::filesystem::path& folder, std::size_t most) {
  std::vector<std::filesystem::path> all, some;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".mid") all.push_back(entry.path());
  std::sort(all.begin(), all.end());
  for (std::size_t i = 0; i < std::min(most, all.size()); ++i)
    some.push_back(all[i * all.size() / std::min(most, all.size())]);
  return some;
}

Decoder as_floats(const ModelFile& file) {
  std::vector<NamedTensor> tensors;
  visit_parameters(decoder_config_from_json(file.metadata("config")),
                   [&](const std::string& name, const Shape& s) {
                     tensors.push_back({name, s, file.floats(name, s)});
                   });
  const auto path = std::filesystem::temp_directory_path() / "s2m_quality_bench.safetensors";
  save_model(path, file.metadata(), tensors, DataType::kF32);
  Decoder decoder{ModelFile(path)};
  std::filesystem::remove(path);
  return decoder;
}

void run(const char* model, const char* folder, std::size_t most) {
  const ModelFile file(model);
  const Decoder narrow(file), wide = as_floats(file);
  Nats int8, fp32;
  for (const auto& path : midi_files(folder, most)) {
    const auto score = load_midi(path);
    auto events = encode(to_parts(score, find_key(score).key)).events;
    events.resize(std::min(events.size(), kMostEvents));
    measure(narrow, events, int8);
    measure(wide, events, fp32);
  }
  fmt::print("{} notes, {} bars and ends\n", fp32.note_count, fp32.bar_count);
  fmt::print("nats a note: fp32 {:.4f}, int8 {:.4f} ({:+.3f} %)\n", fp32.a_note(), int8.a_note(),
             100 * (int8.a_note() / fp32.a_note() - 1));
  fmt::print("nats a bar:  fp32 {:.4f}, int8 {:.4f} ({:+.3f} %)\n", fp32.a_bar(), int8.a_bar(),
             100 * (int8.a_bar() / fp32.a_bar() - 1));
}

}  // namespace
}  // namespace s2m::bench

int main(int count, char** arguments) {
  if (count < 3) return fmt::print(stderr, "usage: quality_bench DECODER FOLDER [PIECES]\n"), 2;
  try {
    s2m::bench::run(arguments[1], arguments[2], count > 3 ? std::strtoul(arguments[3], nullptr, 10) : 40);
  } catch (const s2m::Error& error) {
    return fmt::print(stderr, "{}\n", error.what()), 1;
  }
}
