#include "lab/corpora/known_beats.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <sstream>
#include <string>

#include "lab/analysis/follow_score.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/midi/midi.h"

namespace s2m {
namespace fs = std::filesystem;
namespace {

// Fills in the metre (the most usual number of beats from downbeat to downbeat) and the phase of most
// downbeats.
void set_bars(KnownBeats& beats, const std::vector<int>& downbeats) {
  const auto most_usual = [](const std::map<int, int>& counts) {
    return std::max_element(counts.begin(), counts.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; })
        ->first;
  };
  if (downbeats.size() < 2) return;
  std::map<int, int> lengths, phases;
  for (std::size_t i = 1; i < downbeats.size(); ++i) ++lengths[downbeats[i] - downbeats[i - 1]];
  beats.beats_per_bar = most_usual(lengths);
  for (int downbeat : downbeats) ++phases[downbeat % beats.beats_per_bar];
  beats.first_downbeat = most_usual(phases);
}

// POP909's beat_midi.txt: "seconds strong downbeat"; ASAP's annotations: "seconds seconds label", labels db,
// b or bR.
KnownBeats annotated_beats(const fs::path& file,
                           bool (*is_downbeat)(const std::string&, const std::string&)) {
  std::istringstream lines(read_text(file));
  KnownBeats beats;
  std::vector<int> downbeats;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    double seconds = 0;
    std::string second, third;
    if (!(fields >> seconds >> second >> third)) continue;
    if (!beats.seconds.empty() && seconds <= beats.seconds.back()) continue;
    if (is_downbeat(second, third)) downbeats.push_back(static_cast<int>(beats.seconds.size()));
    beats.seconds.push_back(seconds);
  }
  set_bars(beats, downbeats);
  return beats;
}

struct GridBeats {
  std::vector<std::int32_t> ticks;
  std::vector<int> downbeats;
};

// The beats of the metre map; a compound metre (6/8, 9/8) beats in dotted notes.
GridBeats grid_beats(const Score& score) {
  GridBeats beats;
  for (const Bar& bar : bars(score)) {
    const bool compound =
        bar.metre.denominator >= 8 && bar.metre.numerator % 3 == 0 && bar.metre.numerator > 3;
    const int unit = score.ticks_per_quarter * 4 / std::max(1, bar.metre.denominator) * (compound ? 3 : 1);
    beats.downbeats.push_back(static_cast<int>(beats.ticks.size()));
    for (int tick = 0; tick < bar.length_ticks; tick += std::max(1, unit))
      beats.ticks.push_back(bar.start_ticks + tick);
  }
  return beats;
}

// Nothing where the performance does not follow the score.
std::optional<KnownBeats> beats_by_score(const Score& performance, const Score& score) {
  const GridBeats grid = grid_beats(score);
  KnownBeats beats{.seconds = follow_score(performance, score, grid.ticks)};
  if (beats.seconds.empty()) return std::nullopt;
  set_bars(beats, grid.downbeats);
  return beats;
}

bool is_midi_name(const fs::path& file) {
  std::string extension = file.extension().string();
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return extension == ".mid" || extension == ".midi" || extension == ".rmi";
}

}  // namespace

std::vector<fs::path> files_below(const fs::path& folder, bool (*is_one)(const fs::path& name)) {
  if (!fs::is_directory(folder)) throw Error(ErrorKind::kNotFound, folder.string(), "no such folder");
  std::vector<fs::path> files;
  try {
    for (const auto& entry : fs::recursive_directory_iterator(folder))
      if (is_one(entry.path()) && entry.is_regular_file()) files.push_back(entry.path());
  } catch (const fs::filesystem_error& error) {
    const fs::path& place = error.path1().empty() ? folder : error.path1();
    throw Error(ErrorKind::kSystem, place.string(), "cannot be read", {}, error.code().message());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<fs::path> midi_files(const fs::path& folder) { return files_below(folder, is_midi_name); }

KnownBeats beats_of_score(const Score& score) {
  const GridBeats grid = grid_beats(score);
  const TempoMap map(score);
  KnownBeats beats;
  for (std::int32_t ticks : grid.ticks) beats.seconds.push_back(map.seconds_at(ticks));
  set_bars(beats, grid.downbeats);
  return beats;
}

std::optional<KnownBeats> known_beats(const fs::path& midi, const Score& score) {
  const fs::path pop909 = midi.parent_path() / "beat_midi.txt";
  if (fs::exists(pop909))
    return annotated_beats(pop909, [](const std::string&, const std::string& bar) { return bar[0] == '1'; });
  const fs::path asap = midi.parent_path() / (midi.stem().string() + "_annotations.txt");
  if (fs::exists(asap))
    return annotated_beats(
        asap, [](const std::string&, const std::string& label) { return label.starts_with("db"); });
  const fs::path written = midi.parent_path() / kAsapScore;
  if (midi.filename() == kAsapScore || !fs::exists(written)) return std::nullopt;
  return beats_by_score(score, load_midi(written));
}

}  // namespace s2m
