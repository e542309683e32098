// What reading a story yields: its emotion curve.
#pragma once

#include <cstdint>

#include "story2midi/emotion/emotion.h"

namespace s2m {

struct StoryReading {
  EmotionCurve curve;
  std::uint64_t fingerprint = 0;  // of the story's text; 0: there is no story
  // Another reader's emotions (reading/feel_table.h): the decoder follows these alone and is not told the words.
  bool is_outside = false;
};

}  // namespace s2m
