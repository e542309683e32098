// The people and places of a story that have themes, and the phrases of the piece in which their names stand.
#pragma once

#include <string>
#include <vector>

#include "story2midi/plan/course.h"
#include "story2midi/plan/sections.h"

namespace s2m {

struct CastMember {
  std::string name;
  Emotion mean;                   // of the passages that name them
  std::vector<int> phrases = {};  // of the piece, from 0; ascending
  NamedTheme theme = {};          // without tones: it follows from what is felt where they stand
};

// Those that the options give, else the three names that return most often. The story's own theme is none of them. Only
// those whose name stands in a phrase.
std::vector<CastMember> find_cast(const Course& course, const std::vector<Stretch>& stretches,
                                  const PlanOptions& options);

}  // namespace s2m
