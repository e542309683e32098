// The large form of a plan: phrases that swell and breathe, a build and a climax.
#pragma once

#include "story2midi/plan/plan.h"

namespace s2m {

// The bar, from 0, of a plan's climax: in the phrase that feels most, the third bar; where the story rises nowhere, in the
// phrase at seven tenths of the piece. -1 in pieces of fewer than 12 bars.
int climax_bar(const Plan& plan);

// Within phrases alone: bars of one section swell and give way in density, dynamics and register.
void shape_phrases(std::vector<BarPlan>& bars);

// Moves density, dynamics and register of every bar: within phrases, over the build to the climax, and before a section
// that feels otherwise, where the music takes breath. docs/reference/planning.md states the amounts.
void shape_form(Plan& plan);

}  // namespace s2m
