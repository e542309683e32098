// Cross-fitting: who learns from what a reader says must hear it read what it has not learned.
#pragma once

#include <vector>

#include "evaluate/emotion_texts.h"

namespace s2m::train {

inline constexpr int kFolds = 5;
inline constexpr int kNoFold = -1;

// The fold of each text: those of EmoBank take turns, and so do the tales (whole, by the order of their
// names); kNoFold for other sets.
std::vector<int> folds_of(const std::vector<const EmotionText*>& texts);

}  // namespace s2m::train
