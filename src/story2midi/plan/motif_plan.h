// Where a plan's themes stand: stated, answered, developed and brought back.
#pragma once

#include "story2midi/plan/cast.h"
#include "story2midi/plan/plan.h"
#include "story2midi/plan/story_feelings.h"

namespace s2m {

struct StoryThemes {
  std::vector<CastMember> cast;
  std::optional<NamedTheme> own = {};  // the story's, where it is given
};

// Fills Plan::themes and BarPlan::theme. The first theme is the story's; sections of another feeling have their own, and
// people and places have theirs in phrases that name them.
void plan_themes(Plan& plan, const StoryFeelings& story, const StoryThemes& named = {});

}  // namespace s2m
