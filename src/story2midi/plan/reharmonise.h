// Other chords for some bars of a plan.
#pragma once

#include <cstdint>

#include "story2midi/plan/plan.h"

namespace s2m {

// Bars of a piece from 0, half-open.
struct BarSpan {
  int first = 0;
  int end = 0;
  bool holds(int bar) const { return bar >= first && bar < end; }
  bool operator==(const BarSpan&) const = default;
};

// The plan with other chords in those bars that state chords: another walk through the tables of plan/harmony, with the
// cadences, keys and colours of their place. The same variation gives the same chords. Labels of emotion are not known any
// more: the feelings are those of valence and arousal.
Plan reharmonised(const Plan& plan, const BarSpan& bars, std::uint64_t variation);

}  // namespace s2m
