// The harmony of a plan: a progression for each phrase, from a table of chord changes, the story's feelings and cadences.
#pragma once

#include "story2midi/plan/plan.h"
#include "story2midi/plan/story_feelings.h"

namespace s2m {

// Writes BarPlan::chords of every bar, from the bars' keys, emotions and returns, and the story's feelings: a small change
// of these changes few chords. docs/reference/planning.md states the grammar.
void plan_chords(Plan& plan, const StoryFeelings& story);

// Where a bar's second chord may begin: its heaviest later beat, the nearest to the middle; 0 in bars of one beat.
int second_half(Metre metre);

}  // namespace s2m
