// Cross-fitting: a stacked model is trained on out-of-fold predictions.
#pragma once

#include <vector>

#include "lab/corpora/emotion_texts.h"

namespace s2m::train {

inline constexpr int kFolds = 5;
inline constexpr int kNoFold = -1;  // in no fold: always in the training part

// The fold of each text. Tales are assigned as wholes, in turn by name; texts of other corpora one by one.
std::vector<int> folds_of(const std::vector<const EmotionText*>& texts);

}  // namespace s2m::train
