// Logistic regression with an L2 penalty, fitted by Newton's
// method.
#pragma once

#include <vector>

namespace s2m {

struct LogisticProblem {
  std::vector<std::vector<double>> rows;  // all of one length
  std::vector<double> labels = {};        // 0 or 1, one a row
  std::vector<double> weights = {};       // of the rows
  double penalty = 1;                     // half of it times the squared weights is added to the loss; > 0
};

struct LogisticFit {
  std::vector<double> weights;
  double bias = 0;  // not penalised
};

// The minimum, which is the only one. Throws Error for no rows, rows of unlike length, a penalty of 0 or
// below, and where all labels are alike.
LogisticFit fit_logistic(const LogisticProblem& problem);

}  // namespace s2m
