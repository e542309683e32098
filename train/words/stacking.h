// Training of the regressions that are stacked on the linear reader (emotion/stacking.h).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lab/corpora/emotion_texts.h"
#include "story2midi/emotion/stacking.h"
#include "train/words/stacked_regression_fit.h"

namespace s2m::train {

using OnStacked = std::function<void(const std::string& part, const StackingFit& fit)>;

// `readings`: of each text what a reader said that has not learned its fold; the sentences of a tale stand
// one behind the other. Throws Error without EmoBank, GoEmotions or the tales.
StackingWeights train_stacking(const std::vector<const EmotionText*>& texts,
                               const std::vector<NgramReading>& readings, const std::vector<int>& folds,
                               const OnStacked& on_stacked);

}  // namespace s2m::train
