#include "story2midi/music/score.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "story2midi/base/error.h"
#include "story2midi/base/limits.h"

namespace s2m {
namespace {

constexpr std::int32_t kMaximumTicks = std::numeric_limits<std::int32_t>::max();

std::int64_t bar_ticks(const Score& score, Metre metre) {
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

void check_length(const Score& score, std::string_view where) {
  std::int64_t end = end_ticks(score);
  for (const Track& track : score.tracks)
    for (const PedalSpan& span : track.pedal) end = std::max<std::int64_t>(end, span.end_ticks);
  if (end > std::int64_t{limits::kMostQuarters} * score.ticks_per_quarter)
    throw Error(ErrorKind::kLimit, std::string(where), "the music is too long",
                fmt::format("at most {} quarters", limits::kMostQuarters),
                fmt::format("{}", end / score.ticks_per_quarter));
  const double seconds = TempoMap(score).seconds_at(static_cast<double>(end));
  if (!(seconds <= limits::kMostScoreSeconds))
    throw Error(ErrorKind::kLimit, std::string(where), "the music is too long",
                fmt::format("at most {:.0f} hours", limits::kMostScoreSeconds / 3600),
                fmt::format("{:.0f} hours", seconds / 3600));
}

TempoMap::TempoMap(const Score& score) {
  const double quarter = 1e-6 / score.ticks_per_quarter;
  segments_.push_back({0, 0, Tempo{}.microseconds_per_quarter * quarter});
  for (const Tempo& tempo : score.tempos)
    segments_.push_back({static_cast<double>(tempo.start_ticks), seconds_at(tempo.start_ticks),
                         std::max(1, tempo.microseconds_per_quarter) * quarter});
}

double TempoMap::seconds_at(double ticks) const {
  const auto after = std::upper_bound(segments_.begin() + 1, segments_.end(), ticks,
                                      [](double value, const Segment& s) { return value < s.ticks; });
  const Segment& segment = *std::prev(after);
  return segment.seconds + (ticks - segment.ticks) * segment.seconds_per_tick;
}

double TempoMap::ticks_at(double seconds) const {
  const auto after = std::upper_bound(segments_.begin() + 1, segments_.end(), seconds,
                                      [](double value, const Segment& s) { return value < s.seconds; });
  const Segment& segment = *std::prev(after);
  return segment.ticks + (seconds - segment.seconds) / segment.seconds_per_tick;
}

double seconds_at(const Score& score, std::int32_t ticks) { return TempoMap(score).seconds_at(ticks); }

std::int32_t ticks_at(const Score& score, double seconds) {
  const double ticks = TempoMap(score).ticks_at(seconds);
  return static_cast<std::int32_t>(
      std::lround(std::clamp(ticks, -double{kMaximumTicks}, double{kMaximumTicks})));
}

Metre metre_of_length(std::int64_t ticks, int ticks_per_quarter, int denominator) {
  constexpr int kMostBeats = 255, kShortestBeat = 128;  // what MIDI holds
  for (; denominator <= kShortestBeat; denominator *= 2) {
    const auto beats = ticks * denominator, whole = std::int64_t{4} * ticks_per_quarter;
    if (beats % whole == 0 && beats / whole <= kMostBeats)
      return {static_cast<int>(beats / whole), denominator};
  }
  return {static_cast<int>(std::min<std::int64_t>(kMostBeats, ticks / ticks_per_quarter + 1)), 4};
}

std::vector<Bar> bars(const Score& score) {
  std::vector<Bar> result;
  const std::int64_t last = last_start_ticks(score);
  auto next = score.time_signatures.begin();
  Metre metre;
  for (std::int64_t start = 0; start <= last;) {
    while (next != score.time_signatures.end() && next->start_ticks <= start) metre = (next++)->metre;
    std::int64_t end = start + bar_ticks(score, metre);
    if (next != score.time_signatures.end()) end = std::min<std::int64_t>(end, next->start_ticks);
    if (result.size() == std::size_t{limits::kMostScoreBars})
      throw Error(ErrorKind::kLimit, "score", "has too many bars",
                  fmt::format("at most {}", limits::kMostScoreBars));
    result.push_back({static_cast<std::int32_t>(start), static_cast<std::int32_t>(end - start), metre});
    start = end;
  }
  return result;
}

}  // namespace s2m
