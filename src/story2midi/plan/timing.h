// Times that a piece keeps: how many bars a section gets and how its tempo bends, so that sections begin at their times
// and hits fall on beats.
#pragma once

#include <span>
#include <vector>

#include "story2midi/music/metre.h"

namespace s2m {

// The tempo departs from what the emotion asks by at most this share, as long as whole bars allow it.
inline constexpr double kMostBend = 0.08;

struct TimedBar {
  Metre metre;
  double tempo_bpm = 100;  // quarter notes per minute
  bool operator==(const TimedBar&) const = default;
};

struct HitPlace {
  int bar = 0;       // of the section, from 0
  int position = 0;  // of a beat, in grid positions from the bar line
  bool operator==(const HitPlace&) const = default;
};

// A section whose bars last exactly as long as asked.
struct TimedSection {
  std::vector<TimedBar> bars;
  std::vector<HitPlace> hits;  // one for each that was asked, in their order
  double bend = 0;             // the largest departure of a bar's tempo: |tempo / wanted - 1|
};

// The bars of a section that lasts `seconds`: as many as bend the tempo least, whole phrases where that costs little; the
// last bar has another metre where the section is too short for anything else. `hits`: seconds from the section's start,
// ascending. Throws Error where no bar is short enough.
TimedSection choose_bars(const TimedBar& usual, double seconds, std::span<const double> hits);

// The same bars, whose tempos are what is wanted, bent so that they last `seconds` and each hit falls on the beat that
// bends them least. Among all tempos that do so, those with the least squared departure, weighted by duration. A hit that
// bends a bar by more than a quarter stays on the beat nearest to it.
TimedSection keep_times(std::span<const TimedBar> wanted, double seconds, std::span<const double> hits);

// Seconds from the section's start to a place in it.
double seconds_at(std::span<const TimedBar> bars, const HitPlace& place);

}  // namespace s2m
