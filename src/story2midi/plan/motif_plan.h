// Where a plan's themes stand: stated, answered, developed and brought back.
#pragma once

#include <span>

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

// What the bars of a section do with a theme, by their phrase's place in its period. `theme`: in Plan::themes, from 1.
// `phrases_before`: of the same period.
void set_theme(std::span<BarPlan> bars, int phrases_before, int theme);

// A phrase that names somebody: their theme, in sequence, and a close.
void set_named_theme(std::span<BarPlan> phrase, const Motif& theme, int number);

}  // namespace s2m
