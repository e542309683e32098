#include "bench/midi_rates.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench/measure.h"
#include "bench/run_program.h"
#include "story2midi/base/error.h"
#include "story2midi/midi/midi.h"

namespace s2m::bench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPython = "/usr/bin/python3";  // the distribution's, which has its packages
constexpr double kMegabytesPerRound = 20;            // few bytes are gone through many times

MidiFiles gather(std::vector<fs::path> paths) {
  MidiFiles files{std::move(paths)};
  for (const auto& path : files.paths) files.megabytes += static_cast<double>(fs::file_size(path)) / 1e6;
  return files;
}

// `work` goes through so many megabytes.
template <class Work>
double rate(double megabytes, Work&& work) {
  const int times = std::max(1, static_cast<int>(kMegabytesPerRound / megabytes));
  return megabytes * times / median_seconds(thread_seconds, [&] {
           for (int i = 0; i < times; ++i) work();
         });
}

}  // namespace

MidiFiles midi_files(const fs::path& folder) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const auto extension = entry.path().extension();
    if (entry.is_regular_file() && (extension == ".mid" || extension == ".midi"))
      paths.push_back(entry.path());
  }
  if (paths.empty()) throw Error(folder.string(), "no MIDI files", "*.mid or *.midi");
  std::ranges::sort(paths);
  return gather(std::move(paths));
}

MidiFiles some_of(const MidiFiles& files, double megabytes) {
  for (std::size_t step = 1;; ++step) {
    std::vector<fs::path> paths;
    for (std::size_t i = 0; i < files.paths.size(); i += step) paths.push_back(files.paths[i]);
    auto some = gather(std::move(paths));
    if (some.megabytes <= megabytes || some.paths.size() == 1) return some;
  }
}

MidiRates our_rates(const MidiFiles& files, const fs::path& scratch) {
  MidiRates rates;
  rates.read = rate(files.megabytes, [&] {
    for (const auto& path : files.paths) load_midi(path);
  });
  std::vector<Score> scores;
  double written = 0;
  for (const auto& path : files.paths) {
    scores.push_back(load_midi(path));
    written += static_cast<double>(write_midi(scores.back()).size()) / 1e6;
  }
  rates.write = rate(written, [&] {
    for (const auto& score : scores) write_midi(score);
  });
  rates.save = rate(written, [&] {
    for (const auto& score : scores) save_midi(score, scratch / "saved.mid");
  });
  return rates;
}

std::optional<MidiRates> mido_rates(const MidiFiles& files) {
  if (!fs::exists(kPython)) return std::nullopt;
  std::vector<std::string> words{kPython, S2M_SOURCE_DIR "/bench/mido_rates.py", fmt::to_string(rounds())};
  for (const auto& path : files.paths) words.push_back(path.string());
  const auto rates = nlohmann::json::parse(run_program(words).output);
  if (rates.empty()) return std::nullopt;
  return MidiRates{rates["read"].get<double>(), rates["write"].get<double>()};
}

}  // namespace s2m::bench
