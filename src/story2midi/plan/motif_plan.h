// Where a plan's themes stand: stated, answered, developed and brought back.
#pragma once

#include "story2midi/plan/plan.h"
#include "story2midi/plan/story_feelings.h"

namespace s2m {

// Fills Plan::themes and BarPlan::theme. The first theme is the story's; sections of another feeling have their own.
void plan_themes(Plan& plan, const StoryFeelings& story);

}  // namespace s2m
