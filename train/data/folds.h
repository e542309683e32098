// Cross-fitting: who learns from what a reader says must hear it read what it has not learned.
#pragma once

#include <vector>

#include "lab/corpora/emotion_texts.h"

namespace s2m::train {

inline constexpr int kFolds = 5;
inline constexpr int kNoFold = -1;  // of no text: all of them are learned from

// The fold of each text: tales take turns whole, by the order of their names, the texts of each other set one
// by one.
std::vector<int> folds_of(const std::vector<const EmotionText*>& texts);

}  // namespace s2m::train
