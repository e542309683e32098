#include "story2midi/music/key.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numeric>
#include <optional>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

// Evidence that each scale degree's share of the sounding time gives for a key of that mode: the weights of a
// logistic model over the 24 keys, trained on every second piece of POP909, piano-midi.de and ASAP (where
// only the signature is known, on that). On the others it names POP909's key in .90 (Albrecht and Shanahan's
// profiles .88, Kostka and Payne's .82, Krumhansl and Kessler's .84) and the classical signature in .96 (.96,
// .95, .80).
constexpr PitchClassWeights kMajorProfile = {16.2, -2.6, 0.7,  -8.3, 10.4,  0.4,
                                             -9.5, 13.3, -2.6, -2.5, -14.3, -1.2};
constexpr PitchClassWeights kMinorProfile = {16.9, -9.1, 0,   8.6, -9.1, -2.3,
                                             -3.9, 14.3, 0.2, -13, -1.2, -1.4};

constexpr int kMostAccidentals = 7;  // of a signature

constexpr int wrap(int value, int size) { return ((value % size) + size) % size; }

// Log odds of a key, up to a constant. `weights` sum to 1.
double evidence(const PitchClassWeights& weights, Key key) {
  const PitchClassWeights& profile = key.mode == Mode::kMajor ? kMajorProfile : kMinorProfile;
  double sum = 0;
  for (int degree = 0; degree < 12; ++degree) sum += profile[degree] * weights[(key.tonic + degree) % 12];
  return sum;
}

// The weights scaled to a sum of 1; nothing without any weight.
std::optional<PitchClassWeights> shares_of(PitchClassWeights weights) {
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (!(total > 0)) return std::nullopt;
  for (double& weight : weights) weight /= total;
  return weights;
}

Error bad_key(std::string_view text) {
  return Error("key", "cannot read", "a key such as C, F# minor or Bbm", fmt::format("\"{}\"", text));
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
  const int fifths = sharps_of(key) + (minor ? 4 : 1);  // of the tonic, from F on
  std::string name(1, "FCGDAEB"[wrap(fifths, 7)]);
  if (fifths != wrap(fifths, 7)) name += fifths < 0 ? 'b' : '#';
  return name + (minor ? " minor" : " major");
}

Key parse_key(std::string_view text) {
  constexpr std::string_view letters = "CxDxEFxGxAxB";
  if (text.empty()) throw bad_key(text);
  const auto letter = letters.find(static_cast<char>(std::toupper(static_cast<unsigned char>(text[0]))));
  if (letter == letters.npos || text[0] == 'x' || text[0] == 'X') throw bad_key(text);
  int accidentals = 0;
  std::size_t at = 1;
  for (; at < text.size() && (text[at] == '#' || text[at] == 'b'); ++at)
    accidentals += text[at] == '#' ? 1 : -1;
  const auto spelling = accidentals > 0   ? KeySpelling::kSharps
                        : accidentals < 0 ? KeySpelling::kFlats
                                          : KeySpelling::kUsual;
  return {wrap(static_cast<int>(letter) + accidentals, 12), parse_mode(text.substr(at), text), spelling};
}

int sharps_of(Key key) {
  const int major_tonic = key.mode == Mode::kMinor ? key.tonic + 3 : key.tonic;
  const int usual = wrap(major_tonic * 7 + 6, 12) - 6;
  if (key.spelling == KeySpelling::kSharps && usual < 0 && usual + 12 <= kMostAccidentals) return usual + 12;
  if (key.spelling == KeySpelling::kFlats && usual > 0 && usual - 12 >= -kMostAccidentals) return usual - 12;
  return usual;
}

Key key_of_sharps(int sharps, Mode mode) {
  const auto spelling = sharps > 0 ? KeySpelling::kSharps : KeySpelling::kFlats;
  return {wrap(wrap(sharps, 12) * 7 + (mode == Mode::kMinor ? 9 : 0), 12), mode, spelling};
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

std::vector<PitchClassWeights> pitch_class_weights(const Score& score, std::span<const Bar> bars) {
  std::vector<PitchClassWeights> weights(bars.size());
  const auto starts_after = [](double ticks, const Bar& bar) { return ticks < bar.start_ticks; };
  for (const Track& track : score.tracks) {
    if (track.is_drums) continue;
    for (const Note& note : track.notes) {
      const double start = note.start_ticks, end = start + note.length_ticks;
      const auto after = std::upper_bound(bars.begin(), bars.end(), start, starts_after) - bars.begin();
      for (std::size_t i = after > 0 ? after - 1 : 0; i < bars.size() && bars[i].start_ticks < end; ++i) {
        const double from = std::max<double>(start, bars[i].start_ticks);
        const double to = std::min<double>(end, double{1} * bars[i].start_ticks + bars[i].length_ticks);
        if (to > from) weights[i][note.pitch % 12] += (to - from) / score.ticks_per_quarter;
      }
    }
  }
  return weights;
}

KeyEstimate find_key(const PitchClassWeights& weights) {
  const auto shares = shares_of(weights);
  if (!shares) return {};
  KeyEstimate best;
  double best_evidence = 0, odds = 0;  // odds of all keys against the best so far
  for (Mode mode : {Mode::kMajor, Mode::kMinor})
    for (int tonic = 0; tonic < 12; ++tonic) {
      const double value = evidence(*shares, {tonic, mode});
      if (odds == 0 || value > best_evidence) {
        odds *= std::exp(best_evidence - value);
        best = {{tonic, mode}, 0};
        best_evidence = value;
      }
      odds += std::exp(value - best_evidence);
    }
  best.confidence = 1 / odds;
  return best;
}

KeyEstimate find_key(const Score& score, std::int32_t start_ticks, std::int32_t end_ticks) {
  return find_key(pitch_class_weights(score, start_ticks, end_ticks));
}

KeyEstimate find_key(const Score& score) { return find_key(score, 0, end_ticks(score)); }

double major_evidence(const PitchClassWeights& weights) {
  const auto shares = shares_of(weights);
  if (!shares) return 0;
  const auto log_sum = [&](Mode mode) {
    double highest = -1e9, sum = 0;
    for (int tonic = 0; tonic < 12; ++tonic) highest = std::max(highest, evidence(*shares, {tonic, mode}));
    for (int tonic = 0; tonic < 12; ++tonic) sum += std::exp(evidence(*shares, {tonic, mode}) - highest);
    return highest + std::log(sum);
  };
  return log_sum(Mode::kMajor) - log_sum(Mode::kMinor);
}

std::vector<KeyEstimate> find_bar_keys(const Score& score, int window_bars) {
  const std::vector<PitchClassWeights> weights = pitch_class_weights(score, bars(score));
  const int count = static_cast<int>(weights.size());
  std::vector<KeyEstimate> keys;
  for (int bar = 0; bar < count; ++bar) {
    const int first = std::max(0, bar - window_bars / 2),
              last = std::min(count - 1, bar + (window_bars - 1) / 2);
    PitchClassWeights window{};
    for (int i = first; i <= last; ++i)
      for (int pitch = 0; pitch < 12; ++pitch) window[pitch] += weights[i][pitch];
    keys.push_back(find_key(window));
  }
  return keys;
}

}  // namespace s2m
