#include "music/key.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numeric>

#include "base/error.h"

namespace s2m {
namespace {

// Albrecht and Shanahan, "The use of large corpora to train a new type of key-finding algorithm" (2013).
constexpr PitchClassWeights kMajorProfile = {0.238, 0.006, 0.111, 0.006, 0.137, 0.094,
                                             0.016, 0.214, 0.009, 0.080, 0.008, 0.081};
constexpr PitchClassWeights kMinorProfile = {0.220, 0.006, 0.104, 0.123, 0.019, 0.103,
                                             0.012, 0.214, 0.062, 0.022, 0.061, 0.052};

constexpr std::array<const char*, 12> kTonicNames = {"C",  "Db", "D",  "Eb", "E",  "F",
                                                     "Gb", "G",  "Ab", "A",  "Bb", "B"};
constexpr std::array<const char*, 12> kMinorTonicNames = {"C",  "C#", "D",  "Eb", "E",  "F",
                                                          "F#", "G",  "G#", "A",  "Bb", "B"};

constexpr int wrap(int value, int size) { return ((value % size) + size) % size; }

double mean_of(const PitchClassWeights& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / values.size();
}

double correlation(const PitchClassWeights& weights, const PitchClassWeights& profile, int tonic) {
  const double mean_weight = mean_of(weights), mean_profile = mean_of(profile);
  double product = 0, weight_square = 0, profile_square = 0;
  for (int i = 0; i < 12; ++i) {
    const double w = weights[wrap(i + tonic, 12)] - mean_weight, p = profile[i] - mean_profile;
    product += w * p;
    weight_square += w * w;
    profile_square += p * p;
  }
  return weight_square > 0 ? product / std::sqrt(weight_square * profile_square) : 0;
}

Error bad_key(std::string_view text) {
  return Error("key", "cannot read", "a key such as C, F# minor or Bbm", "\"" + std::string(text) + "\"");
}

Mode parse_mode(std::string_view mode, std::string_view whole) {
  std::string lower;
  for (char c : mode)
    if (c != ' ' && c != ':' && c != '-' && c != '_') lower += c;
  if (lower == "m") return Mode::kMinor;
  if (lower == "M") return Mode::kMajor;
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (lower.empty() || lower == "maj" || lower == "major") return Mode::kMajor;
  if (lower == "min" || lower == "minor") return Mode::kMinor;
  throw bad_key(whole);
}

}  // namespace

std::string name_of(Key key) {
  const bool minor = key.mode == Mode::kMinor;
  const int tonic = wrap(key.tonic, 12);
  return minor ? std::string(kMinorTonicNames[tonic]) + " minor" : std::string(kTonicNames[tonic]) + " major";
}

Key parse_key(std::string_view text) {
  constexpr std::string_view letters = "CxDxEFxGxAxB";
  if (text.empty()) throw bad_key(text);
  const auto letter = letters.find(static_cast<char>(std::toupper(static_cast<unsigned char>(text[0]))));
  if (letter == letters.npos || text[0] == 'x' || text[0] == 'X') throw bad_key(text);
  int tonic = static_cast<int>(letter);
  std::size_t at = 1;
  for (; at < text.size() && (text[at] == '#' || text[at] == 'b'); ++at) tonic += text[at] == '#' ? 1 : -1;
  return {wrap(tonic, 12), parse_mode(text.substr(at), text)};
}

int sharps_of(Key key) {
  const int major_tonic = key.mode == Mode::kMinor ? key.tonic + 3 : key.tonic;
  return wrap(major_tonic * 7 + 6, 12) - 6;
}

Key key_of_sharps(int sharps, Mode mode) {
  return {wrap(wrap(sharps, 12) * 7 + (mode == Mode::kMinor ? 9 : 0), 12), mode};
}

PitchClassWeights pitch_class_weights(const Score& score, std::int32_t start_ticks, std::int32_t end_ticks) {
  PitchClassWeights weights{};
  for (const Track& track : score.tracks) {
    if (track.is_drums) continue;
    for (const Note& note : track.notes) {
      const double start = std::max(note.start_ticks, start_ticks);
      const double end = std::min(double{1} * note.start_ticks + note.length_ticks, double{1} * end_ticks);
      if (end > start) weights[note.pitch % 12] += (end - start) / score.ticks_per_quarter;
    }
  }
  return weights;
}

KeyEstimate find_key(const PitchClassWeights& weights) {
  Key best;
  double best_score = -2, second = -2;
  for (Mode mode : {Mode::kMajor, Mode::kMinor})
    for (int tonic = 0; tonic < 12; ++tonic) {
      const double value = correlation(weights, mode == Mode::kMajor ? kMajorProfile : kMinorProfile, tonic);
      second = std::max(second, std::min(value, best_score));
      if (value > best_score) best = {tonic, mode}, best_score = value;
    }
  return {best, best_score - second};
}

KeyEstimate find_key(const Score& score, std::int32_t start_ticks, std::int32_t end_ticks) {
  return find_key(pitch_class_weights(score, start_ticks, end_ticks));
}

KeyEstimate find_key(const Score& score) { return find_key(score, 0, end_ticks(score)); }

}  // namespace s2m
