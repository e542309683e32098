// The form of a piece that keeps times: sections at cues, and bars that last as long as they shall.
#pragma once

#include <vector>

#include "story2midi/plan/plan.h"
#include "story2midi/plan/sections.h"

namespace s2m {

// Stretches of a course in seconds: they begin at the cues' sections and silences, and within these where the story turns.
// Each has as many bars as bend the tempo least. Throws Error for cues that no bar can keep.
std::vector<Stretch> timed_stretches(const Course& course, const PlanOptions& options, Metre metre);

// Chooses the bars again by the tempos that the plan's sections have: those of their bars, which differ from their means'.
void choose_bars_again(std::vector<Stretch>& stretches, const Plan& plan, Metre metre,
                       const PlanOptions& options);

// Bends the bars' tempos, so that the plan's sections begin where the stretches do and hits fall on beats; fills Plan::cues.
void keep_times(Plan& plan, const std::vector<Stretch>& stretches, const PlanOptions& options);

}  // namespace s2m
