// What stands on a page whatever instruments play: bars, tempo and words, rehearsal marks, dynamics and hairpins.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "story2midi/music/parts.h"
#include "story2midi/notation/sheet.h"
#include "story2midi/plan/plan.h"

namespace s2m {

// The bars of the written piece: its keys and tempos, and at the first bar of each section a rehearsal mark, the
// section's title and tempo words; the metronome again where a phrase's tempo lies 8 % from the last mark. Throws
// Error where the plan has another number of bars.
std::vector<SheetBar> sheet_bars(const PartScore& written, const Plan& plan);

// "Andante" for 90: the words of Maelzel's metronome, by beats per minute.
std::string_view tempo_word(double beats_per_minute);

struct LoudnessMarks {
  std::vector<SheetDynamic> dynamics;
  std::vector<Hairpin> hairpins;
};
// Levels where phrases begin, and hairpins to and from a phrase's loudest bar where they span 8 steps of velocity.
LoudnessMarks loudness_marks(const PartScore& written, const Plan& plan);

// Of the plan's mean velocity of a bar.
DynamicLevel level_of_loudness(double velocity);

// All bars of a plan, in order.
std::vector<BarPlan> bar_plans(const Plan& plan);

}  // namespace s2m
