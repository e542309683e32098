// What reading a story yields: its emotion curve, and what the decoder attends to of each passage.
#pragma once

#include <cstdint>
#include <vector>

#include "story2midi/emotion/emotion.h"

namespace s2m {

struct StoryReading {
  EmotionCurve curve;
  // One for each passage of the curve; without states where a long story's were not kept.
  std::vector<StoryMemory> memories;
  std::uint64_t fingerprint = 0;  // of the story's text; 0: there is no story
};

}  // namespace s2m
