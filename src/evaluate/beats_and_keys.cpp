#include "evaluate/beats_and_keys.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <sstream>
#include <string>

#include "base/error.h"
#include "base/files.h"
#include "midi/midi.h"
#include "music/beats.h"
#include "music/follow_score.h"

namespace s2m {
namespace fs = std::filesystem;
namespace {

// ASAP's name for a score among its performances, which state neither key nor beats of their own.
constexpr const char* kAsapScore = "midi_score.mid";

std::vector<fs::path> midi_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string extension = entry.path().extension().string();
    if (entry.is_regular_file() && (extension == ".mid" || extension == ".midi"))
      files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

bool holds_asap(const std::vector<fs::path>& files) {
  return std::any_of(files.begin(), files.end(),
                     [](const fs::path& file) { return file.filename() == kAsapScore; });
}

// The key of a POP909 song that lasts longest; lines of "start end Gb:maj".
std::optional<Key> longest_key(const fs::path& file) {
  std::istringstream lines(read_text(file));
  std::optional<Key> key;
  double start = 0, end = 0, longest = 0;
  for (std::string name; lines >> start >> end >> name;)
    if (end - start > longest) longest = end - start, key = parse_key(name);
  return key;
}

std::optional<Key> known_key(const fs::path& midi, const Score& score) {
  const fs::path beside = midi.parent_path() / "key_audio.txt";
  if (fs::exists(beside)) return longest_key(beside);
  if (score.key_signatures.size() == 1) return score.key_signatures.front().key;
  return std::nullopt;
}

struct KnownBeats {
  std::vector<double> seconds;
  int beats_per_bar = 4;
  int first_downbeat = 0;
};

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

KnownBeats beats_of_score(const Score& score) {
  const GridBeats grid = grid_beats(score);
  const TempoMap map(score);
  KnownBeats beats;
  for (std::int32_t ticks : grid.ticks) beats.seconds.push_back(map.seconds_at(ticks));
  set_bars(beats, grid.downbeats);
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

// Nothing for ASAP's scores and for its performances with neither annotations nor score.
std::optional<KnownBeats> known_beats(const fs::path& midi, const Score& score, bool of_asap) {
  const fs::path pop909 = midi.parent_path() / "beat_midi.txt";
  if (fs::exists(pop909))
    return annotated_beats(pop909, [](const std::string&, const std::string& bar) { return bar[0] == '1'; });
  const fs::path asap = midi.parent_path() / (midi.stem().string() + "_annotations.txt");
  if (fs::exists(asap))
    return annotated_beats(
        asap, [](const std::string&, const std::string& label) { return label.starts_with("db"); });
  if (!of_asap) return beats_of_score(score);
  if (midi.filename() == kAsapScore) return std::nullopt;
  const fs::path written = midi.parent_path() / kAsapScore;
  return fs::exists(written) ? beats_by_score(score, load_midi(written)) : std::nullopt;
}

std::vector<double> every_second(const std::vector<double>& beats, std::size_t first) {
  std::vector<double> result;
  for (std::size_t i = first; i < beats.size(); i += 2) result.push_back(beats[i]);
  return result;
}

std::vector<double> doubled(const std::vector<double>& beats) {
  std::vector<double> result;
  for (std::size_t i = 0; i < beats.size(); ++i) {
    result.push_back(beats[i]);
    if (i + 1 < beats.size()) result.push_back((beats[i] + beats[i + 1]) / 2);
  }
  return result;
}

void add(BeatAccuracy& sums, const Score& score, const KnownBeats& truth) {
  const std::vector<double> found = track_beats(score);
  const double f = beat_f_measure(found, truth.seconds);
  sums.pieces += 1;
  sums.f_measure += f;
  sums.good_share += f > 0.8;
  sums.any_octave += std::max({f, beat_f_measure(every_second(found, 0), truth.seconds),
                               beat_f_measure(every_second(found, 1), truth.seconds),
                               beat_f_measure(doubled(found), truth.seconds)});
  const int metre = truth.beats_per_bar;
  sums.metre_share += (guess_beats_per_bar(score, truth.seconds) == 3) == (metre % 3 == 0);
  sums.downbeat_share +=
      find_downbeat(score, truth.seconds, metre) == truth.first_downbeat % std::max(1, metre);
}

}  // namespace

void KeyAccuracy::add(Key estimated, Key truth) {
  const int interval = (estimated.tonic - truth.tonic + 12) % 12;
  const bool same_mode = estimated.mode == truth.mode;
  pieces += 1;
  exact += same_mode && interval == 0;
  fifth += same_mode && (interval == 7 || interval == 5);
  relative += !same_mode && sharps_of(estimated) == sharps_of(truth);
  parallel += !same_mode && interval == 0;
}

KeyAccuracy evaluate_keys(const fs::path& folder) {
  KeyAccuracy accuracy;
  std::vector<fs::path> files = midi_files(folder);
  if (holds_asap(files))
    std::erase_if(files, [](const fs::path& file) { return file.filename() != kAsapScore; });
  for (const fs::path& file : files) {
    const Score score = load_midi(file);
    if (const auto truth = known_key(file, score)) accuracy.add(find_key(score).key, *truth);
  }
  return accuracy;
}

double beat_f_measure(std::span<const double> found, std::span<const double> truth,
                      double tolerance_seconds) {
  std::size_t i = 0, j = 0, matched = 0;
  while (i < found.size() && j < truth.size()) {
    const double lead = found[i] - truth[j];
    if (std::abs(lead) <= tolerance_seconds)
      ++matched, ++i, ++j;
    else if (lead < 0)
      ++i;
    else
      ++j;
  }
  return matched ? 2.0 * matched / (found.size() + truth.size()) : 0;
}

BeatAccuracy evaluate_beats(const fs::path& folder) {
  constexpr std::size_t kFewest = 8;  // beats; less is no rhythm to find
  const std::vector<fs::path> files = midi_files(folder);
  const bool of_asap = holds_asap(files);
  BeatAccuracy mean;
  for (const fs::path& file : files) {
    const Score score = load_midi(file);
    const auto truth = known_beats(file, score, of_asap);
    if (truth && truth->seconds.size() >= kFewest) add(mean, score, *truth);
  }
  for (double* value :
       {&mean.f_measure, &mean.any_octave, &mean.good_share, &mean.metre_share, &mean.downbeat_share})
    *value /= std::max(1, mean.pieces);
  return mean;
}

}  // namespace s2m
