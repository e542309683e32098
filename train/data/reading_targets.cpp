#include "train/data/reading_targets.h"

#include "train/data/text_emotion_batches.h"

namespace s2m::train {
namespace {

EmotionPoint sides_of(int quadrant) {
  return {quadrant == 0 || quadrant == 3 ? 1.f : -1.f, quadrant <= 1 ? 1.f : -1.f};
}

}  // namespace

bool belongs(const EmotionText& text, ReadingScale scale) {
  if (scale == ReadingScale::kEmobank) return text.source == "emobank";
  return scale == ReadingScale::kCommon || is_tale(text);
}

EmotionPoint target_of(const EmotionText& text, ReadingScale scale) {
  if (scale != ReadingScale::kCommon) return own_point(text);
  return text.quadrant == kNoQuadrant ? *text.point : sides_of(text.quadrant);
}

}  // namespace s2m::train
