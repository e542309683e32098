// Ridge regression on sparse rows, for many outputs at once.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "train/words/sparse_rows.h"

namespace s2m::train {

struct SparseRidgeProblem {
  const SparseRows& rows;
  std::span<const float> targets;  // rows x outputs, each output's mean zero: there is no bias
  std::size_t outputs = 1;
  std::size_t columns = 0;
  double penalty = 1;  // times the squared weights, beside the summed squared errors
  int steps = 15;
  std::function<void(int step)> on_step = {};
};

// Conjugate gradients on the normal equations, from zero (Hestenes and Stiefel 1952), each output by itself.
// Returns weights (columns x outputs).
std::vector<float> fit_sparse_ridge(const SparseRidgeProblem& problem);

}  // namespace s2m::train
