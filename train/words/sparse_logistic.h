// Logistic regression on sparse rows, for many outputs at once.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "train/words/sparse_rows.h"

namespace s2m::train {

struct SparseLogisticProblem {
  const SparseRows& rows;
  std::vector<std::size_t> chosen = {};  // rows that take part
  std::vector<float> targets = {};       // chosen x outputs, each a probability from 0 to 1
  std::size_t outputs = 1;
  std::size_t columns = 0;
  double penalty = 1;  // half of it times the squared weights is added to the loss; the biases bear none
  int steps = 100;
  std::function<void(int step, double loss)> on_step = {};  // loss: nats, of all rows and outputs
};

struct SparseLogisticFit {
  std::vector<float> weights;  // columns x outputs
  std::vector<float> biases;   // outputs
};

// Nesterov's accelerated gradient from zero, in columns scaled to one curvature, begun anew where it turns
// back (O'Donoghue and Candes 2015).
SparseLogisticFit fit_sparse_logistic(const SparseLogisticProblem& problem);

}  // namespace s2m::train
