#include "lab/reports/beats_and_keys.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <sstream>
#include <string>

#include "lab/analysis/beats.h"
#include "lab/corpora/known_beats.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/midi/midi.h"

namespace s2m {
namespace fs = std::filesystem;
namespace {

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
    auto truth = known_beats(file, score);
    if (!truth && !of_asap) truth = beats_of_score(score);
    if (truth && truth->seconds.size() >= kFewest) add(mean, score, *truth);
  }
  for (double* value :
       {&mean.f_measure, &mean.any_octave, &mean.good_share, &mean.metre_share, &mean.downbeat_share})
    *value /= std::max(1, mean.pieces);
  return mean;
}

}  // namespace s2m
