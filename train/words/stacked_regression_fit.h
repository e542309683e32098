// Fits of the regressions that are stacked on the linear reader (emotion/stacked_regression.h).
#pragma once

#include <cstddef>
#include <vector>

#include "story2midi/emotion/context.h"
#include "story2midi/emotion/stacked_regression.h"

namespace s2m::train {

struct StackingProblem {
  PassageRows rows = {};  // all of one length
  std::size_t outputs = 1;
  std::vector<double> targets = {};  // rows x outputs
  std::vector<int> folds = {};       // of each row
  bool stretched = false;            // see fit_stacking
  bool trees = false;                // likewise
};

struct StackingFit {
  StackedWeights weights;
  std::vector<double> correlations;  // of each output: of its targets with what the other folds' fits say
};

// At most so many rows are landmarks: at equal distances from first to last.
inline constexpr std::size_t kMostLandmarks = 1500;

// Least squares, with penalties of the columns' squared weights and of the bumps' squared norm in the
// kernel's space; with `trees` the mean of that and of what they say. If `stretched`, the weights are
// stretched until what the other folds' fits say of each fold varies as much as the targets do: a penalty
// makes them timid. Throws Error for no rows, rows of unlike length, targets or folds of another count and
// fewer than two folds.
StackingFit fit_stacking(const StackingProblem& problem);

}  // namespace s2m::train
