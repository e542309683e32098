#include "lab/analysis/beat_grid.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "lab/analysis/beats.h"

namespace s2m {
namespace {

constexpr double kGathered = 0.25;
constexpr std::size_t kFewestBeats = 4;

double concentration(const Score& score, int steps_per_quarter) {
  double sum = 0;
  std::size_t notes = 0;
  for (const Track& track : score.tracks)
    for (const Note& note : track.notes) {
      const double quarters = double{1} * note.start_ticks / score.ticks_per_quarter;
      sum += std::cos(2 * std::numbers::pi * quarters * steps_per_quarter);
      ++notes;
    }
  return notes > 0 ? sum / static_cast<double>(notes) : 0;
}

}  // namespace

double grid_concentration(const Score& score) {
  return std::max(concentration(score, 4), concentration(score, 3));
}

Score on_beat_grid(const Score& score) {
  if (grid_concentration(score) >= kGathered) return score;
  const auto beats = track_beats(score);
  if (beats.size() < kFewestBeats) return score;
  const int metre = guess_beats_per_bar(score, beats);
  return align_to_beats(score, beats, metre, find_downbeat(score, beats, metre));
}

}  // namespace s2m
