#include "music/score.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace s2m {
namespace {

constexpr std::int32_t kMaximumTicks = std::numeric_limits<std::int32_t>::max();

double seconds_a_tick(const Score& score, const Tempo& tempo) {
  return tempo.microseconds_per_quarter * 1e-6 / score.ticks_per_quarter;
}

std::int64_t bar_ticks(const Score& score, const TimeSignature& metre) {
  return std::max<std::int64_t>(
      1, std::int64_t{4} * score.ticks_per_quarter * metre.numerator / std::max(1, metre.denominator));
}

std::int32_t last_start_ticks(const Score& score) {
  std::int32_t last = -1;
  for (const Track& track : score.tracks)
    for (const Note& note : track.notes) last = std::max(last, note.start_ticks);
  return last;
}

}  // namespace

std::int32_t end_ticks(const Score& score) {
  std::int64_t end = 0;
  for (const Track& track : score.tracks)
    for (const Note& note : track.notes)
      end = std::max(end, std::int64_t{note.start_ticks} + note.length_ticks);
  return static_cast<std::int32_t>(std::min<std::int64_t>(end, kMaximumTicks));
}

double seconds_at(const Score& score, std::int32_t ticks) {
  double seconds = 0;
  Tempo current;
  for (const Tempo& tempo : score.tempos) {
    if (tempo.start_ticks >= ticks) break;
    seconds += (tempo.start_ticks - current.start_ticks) * seconds_a_tick(score, current);
    current = tempo;
  }
  return seconds + (ticks - current.start_ticks) * seconds_a_tick(score, current);
}

std::int32_t ticks_at(const Score& score, double seconds) {
  Tempo current;
  for (const Tempo& tempo : score.tempos) {
    const double stretch = (tempo.start_ticks - current.start_ticks) * seconds_a_tick(score, current);
    if (stretch > seconds) break;
    seconds -= stretch;
    current = tempo;
  }
  const double ticks = current.start_ticks + seconds / seconds_a_tick(score, current);
  return static_cast<std::int32_t>(
      std::lround(std::clamp(ticks, -double{kMaximumTicks}, double{kMaximumTicks})));
}

std::vector<Bar> bars(const Score& score) {
  std::vector<Bar> result;
  const std::int64_t last = last_start_ticks(score);
  auto next = score.time_signatures.begin();
  TimeSignature metre;
  for (std::int64_t start = 0; start <= last;) {
    while (next != score.time_signatures.end() && next->start_ticks <= start) metre = *next++;
    std::int64_t end = start + bar_ticks(score, metre);
    if (next != score.time_signatures.end()) end = std::min<std::int64_t>(end, next->start_ticks);
    result.push_back({static_cast<std::int32_t>(start), static_cast<std::int32_t>(end - start), metre});
    start = end;
  }
  return result;
}

}  // namespace s2m
