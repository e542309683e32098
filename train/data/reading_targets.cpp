#include "train/data/reading_targets.h"

#include "train/data/text_emotion_batches.h"

namespace s2m::train {
bool belongs(const EmotionText& text, ReadingScale scale) {
  if (scale == ReadingScale::kEmobank) return text.source == "emobank";
  return scale == ReadingScale::kCommon || is_tale(text);
}

ValenceArousal target_of(const EmotionText& text, ReadingScale scale) {
  if (scale != ReadingScale::kCommon) return own_point(text);
  return text.quadrant ? point_in(*text.quadrant, 1) : *text.point;
}

}  // namespace s2m::train
