// The steps of a performance: tempo, velocity, onsets, lengths and pedal. perform() puts them together.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "story2midi/music/parts.h"
#include "story2midi/perform/features.h"
#include "story2midi/perform/perform.h"
#include "story2midi/perform/performance_plan.h"

namespace s2m {

struct Performance {
  const PartScore& piece;
  const PerformancePlan& plan;
  const PerformOptions& options;
  std::vector<Phrase> phrases;
  const PerformedBar& asked(int bar) const { return plan.bars[static_cast<std::size_t>(bar)]; }
  const PartBar& bar(int index) const { return piece.bars[static_cast<std::size_t>(index)]; }
};

struct PerformedNote {
  NoteFeatures written;
  double velocity = 64;
  std::int32_t start_ticks = 0;
  std::int32_t length_ticks = 0;
};

// What perform() promises to throw.
void check_performable(const PartScore& written, const PerformancePlan& plan, const PerformOptions& options);
// Metres and keys.
void write_maps(const PartScore& piece, Score& score);

// One tempo per beat; a phrase's sum is that of its bars. At humanise 0 one per bar.
std::vector<Tempo> shape_tempo(const Performance& performance);
void shape_velocities(const Performance& performance, std::vector<PerformedNote>& notes);
// Expects velocities. An onset moves by at most a quarter of the way to its neighbours on the grid.
void shape_onsets(const Performance& performance, std::vector<PerformedNote>& notes);
// Expects onsets.
void shape_lengths(const Performance& performance, std::vector<PerformedNote>& notes);

// Expects onsets. A span goes down kPedalDelaySeconds after the first note of a harmony and up with the first note of
// the next: chords, bass notes that do not belong to the chord, and each bar line end one. Where a bar is less than
// legato, the pedal goes up before: after the share of the harmony that pedal_share gives.
inline constexpr double kPedalDelaySeconds = 0.05;
std::vector<PedalSpan> pedal_of(const Performance& performance, std::span<const PerformedNote> notes);

// The share of a harmony that the pedal is down, by the bar's articulation: 0 up to kNoPedal, 1 from kFullPedal.
inline constexpr double kNoPedal = 0.55, kFullPedal = 0.9;
double pedal_share(double articulation);

}  // namespace s2m
