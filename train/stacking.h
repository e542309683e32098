// Training of the regressions that are stacked on the linear reader (emotion/stacking.h).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "emotion/stacking.h"
#include "evaluate/emotion_texts.h"

namespace s2m::train {

struct StackingProblem {
  PassageRows rows;             // all of one length
  std::vector<double> targets;  // one a row
  std::vector<int> folds;       // of each row
};

struct StackingFit {
  std::vector<float> weights;  // of the columns, and the bias last
  double penalty = 0;          // of the standardised columns' squared weights
  double correlation = 0;      // of the targets with what the other folds' regressions say
};

// Ridge regression. Its penalty is that by which the other folds' regressions say each fold best, and its
// weights are stretched until what is so said varies as much as the targets do. Throws Error for no rows,
// rows of unlike length and fewer than two folds.
StackingFit fit_stacking(const StackingProblem& problem);

using OnStacked = std::function<void(const std::string& part, const StackingFit& fit)>;

// `readings`: of each text what a reader said that has not learned its fold. Texts without a fold are left
// out; the sentences of a tale stand one behind the other. Throws Error without EmoBank or the tales.
StackedRegressions train_stacking(const std::vector<const EmotionText*>& texts,
                                  const std::vector<NgramReading>& readings, const std::vector<int>& folds,
                                  const OnStacked& on_stacked);

}  // namespace s2m::train
