// What a plan's harmony, themes and figures follow: the feelings of a story and of its sections.
#pragma once

#include <cstdint>
#include <vector>

#include "story2midi/plan/feelings.h"

namespace s2m {

struct StoryFeelings {
  FeelingScores scores{};  // of the whole story
  Emotion mean;
  std::vector<Emotion> sections;  // their means, with labels where they were read
  std::uint64_t variation = 0;  // another number, other chords; 0: those that follow from the feelings alone
};

}  // namespace s2m
