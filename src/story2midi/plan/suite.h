// A book as a suite: a piece for each chapter, with themes that all of them share, and interludes between them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "story2midi/plan/plan.h"
#include "story2midi/stories/story.h"

namespace s2m {

inline constexpr double kShortestInterlude = 8, kLongestInterlude = 20;  // seconds

struct SuiteOptions {
  // Of each chapter. Bars and a duration are those of the whole suite; the chapters share them by their words.
  PlanOptions plan = {};
  std::optional<double> interlude_seconds = {};  // between chapters; none: no interludes
};

struct Movement {
  std::string title;  // the chapter's heading
  bool is_interlude = false;
  std::size_t first = 0,
              last = 0;  // its passages in the story and the curve: a half-open range; of an interlude empty
  Plan plan = {};
};

// `curve`: a point for each passage of the story. The themes are those of the whole book, or of the options. What stands
// before the first chapter is a movement of its own where it has 100 words or more, else part of that chapter. An
// interlude feels like the mean of what it stands between, and states the story's theme. Throws Error for a story without
// two chapters and for options out of range.
std::vector<Movement> plan_suite(const Story& story, const EmotionCurve& curve,
                                 const SuiteOptions& options = {});

}  // namespace s2m
