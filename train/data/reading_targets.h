// The training targets of emotion readers for a text, on each scale (docs/research/emotion-scales.md).
#pragma once

#include "lab/corpora/emotion_texts.h"
#include "story2midi/emotion/emotion.h"

namespace s2m::train {

// Whether a scale learns from the text, and what it is there: on the common scale the sides of its quadrant
// where it has one and its point elsewhere, on EmoBank's and the tales' what their readers said.
bool belongs(const EmotionText& text, ReadingScale scale);
ValenceArousal target_of(const EmotionText& text, ReadingScale scale);

}  // namespace s2m::train
