#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "lab/analysis/beats.h"
#include "lab/analysis/onsets.h"
#include "story2midi/music/key.h"

namespace s2m {
namespace {

// One full change of pitch classes counts as two standard scores of salience.
constexpr double kHarmonyWeight = 2.0;
constexpr double kSilentBeat = -1.0;  // salience of a beat on which nothing begins

// Salience of the strongest onset near each beat.
std::vector<double> onset_accents(const Score& score, std::span<const double> beats) {
  constexpr double kNearSeconds = 0.07;
  const std::vector<Onset> onsets = find_onsets(score);
  std::vector<double> accents;
  auto first = onsets.begin();
  for (double beat : beats) {
    while (first != onsets.end() && first->seconds < beat - kNearSeconds) ++first;
    double accent = kSilentBeat;
    for (auto onset = first; onset != onsets.end() && onset->seconds <= beat + kNearSeconds; ++onset)
      accent = std::max(accent, onset->salience);
    accents.push_back(accent);
  }
  return accents;
}

// Pitch classes struck in each beat, weighted by length up to a beat; the low ones count most.
std::vector<PitchClassWeights> beat_harmonies(const Score& score, std::span<const double> beats) {
  const TempoMap map(score);
  std::vector<PitchClassWeights> harmonies(beats.size());
  for (const Track& track : score.tracks) {
    if (track.is_drums) continue;
    for (const Note& note : track.notes) {
      const double seconds = map.seconds_at(note.start_ticks) + 0.05;
      const auto after = std::upper_bound(beats.begin(), beats.end(), seconds) - beats.begin();
      if (after == 0) continue;
      const double length = map.seconds_at(double{1} * note.start_ticks + note.length_ticks) - seconds + 0.05;
      harmonies[after - 1][note.pitch % 12] += std::min(length, 0.5) * (note.pitch < 55 ? 2 : 1);
    }
  }
  return harmonies;
}

// 1 - cosine; 0 where either is silent.
double distance(const PitchClassWeights& a, const PitchClassWeights& b) {
  const double aa = std::inner_product(a.begin(), a.end(), a.begin(), 0.0);
  const double bb = std::inner_product(b.begin(), b.end(), b.begin(), 0.0);
  return aa > 0 && bb > 0 ? 1 - std::inner_product(a.begin(), a.end(), b.begin(), 0.0) / std::sqrt(aa * bb)
                          : 0;
}

// How much each beat sounds like the first of a bar: accented, and with new harmony.
std::vector<double> accents(const Score& score, std::span<const double> beats) {
  std::vector<double> result = onset_accents(score, beats);
  const std::vector<PitchClassWeights> harmonies = beat_harmonies(score, beats);
  for (std::size_t i = 1; i < beats.size(); ++i)
    result[i] += kHarmonyWeight * distance(harmonies[i - 1], harmonies[i]);
  return result;
}

// Sum of every `period`-th accent from `phase` on, less the mean accent.
double phase_score(const std::vector<double>& accents, int period, int phase, double mean) {
  double score = 0;
  for (std::size_t i = phase; i < accents.size(); i += period) score += accents[i] - mean;
  return score;
}

struct Phase {
  int phase = 0;
  double score = 0;
};

Phase best_phase(const std::vector<double>& accents, int period) {
  const double mean =
      std::accumulate(accents.begin(), accents.end(), 0.0) / std::max<double>(1, accents.size());
  Phase best;
  for (int phase = 0; phase < period; ++phase) {
    const double score = phase_score(accents, period, phase, mean);
    if (phase == 0 || score > best.score) best = {phase, score};
  }
  return best;
}

}  // namespace

int guess_beats_per_bar(const Score& performance, std::span<const double> beat_seconds) {
  const std::vector<double> values = accents(performance, beat_seconds);
  // A sum of n / period accents varies with the root of their number.
  const double three = best_phase(values, 3).score * std::sqrt(3.0);
  const double two = best_phase(values, 2).score * std::sqrt(2.0);
  const double four = best_phase(values, 4).score * std::sqrt(4.0);
  return three > std::max(two, four) ? 3 : 4;
}

int find_downbeat(const Score& performance, std::span<const double> beat_seconds, int beats_per_bar) {
  return best_phase(accents(performance, beat_seconds), std::max(1, beats_per_bar)).phase;
}

}  // namespace s2m
