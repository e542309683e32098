#include "lab/statistics/logistic_regression.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "lab/statistics/least_squares.h"
#include "story2midi/base/error.h"

namespace s2m {
namespace {

constexpr int kMostSteps = 50;
constexpr double kNear = 1e-10;  // squared length of a step that ends the search

using Row = std::vector<double>;
using Matrix = std::vector<Row>;

void check(const LogisticProblem& problem) {
  const std::size_t rows = problem.rows.size();
  if (rows == 0 || problem.labels.size() != rows || problem.weights.size() != rows)
    throw Error("logistic regression", "rows, labels and weights must be as many", std::to_string(rows),
                std::to_string(problem.labels.size()) + " and " + std::to_string(problem.weights.size()));
  for (const Row& row : problem.rows)
    if (row.size() != problem.rows.front().size())
      throw Error("logistic regression", "rows of unlike length", std::to_string(problem.rows.front().size()),
                  std::to_string(row.size()));
  const double ones = std::accumulate(problem.labels.begin(), problem.labels.end(), 0.0);
  if (ones == 0 || ones == static_cast<double>(rows))
    throw Error("logistic regression", "all labels are alike", "both 0 and 1");
  if (!(problem.penalty > 0))
    throw Error("logistic regression", "bad penalty", "above 0", std::to_string(problem.penalty));
}

// Adds one row's part of the gradient and of the curvature; the row's last entry is the bias's 1.
void add_row(const Row& row, double error, double curve, Row& gradient, Matrix& curvature) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    gradient[i] += error * row[i];
    const double scaled = curve * row[i];
    for (std::size_t j = 0; j <= i; ++j) curvature[i][j] += scaled * row[j];
  }
}

Row newton_step(const LogisticProblem& problem, const Row& at) {
  const std::size_t size = at.size();
  Row gradient(size, 0.0), row;
  Matrix curvature(size, Row(size, 0.0));
  for (std::size_t i = 0; i < problem.rows.size(); ++i) {
    row = problem.rows[i];
    row.push_back(1);
    const double odds = std::inner_product(row.begin(), row.end(), at.begin(), 0.0);
    const double chance = 1 / (1 + std::exp(-odds));
    add_row(row, problem.weights[i] * (problem.labels[i] - chance),
            problem.weights[i] * std::max(1e-6, chance * (1 - chance)), gradient, curvature);
  }
  for (std::size_t i = 0; i + 1 < size; ++i) {
    gradient[i] -= problem.penalty * at[i];
    curvature[i][i] += problem.penalty;
  }
  return solve_symmetric(std::move(curvature), std::move(gradient));
}

}  // namespace

LogisticFit fit_logistic(const LogisticProblem& problem) {
  check(problem);
  Row at(problem.rows.front().size() + 1, 0.0);
  for (int step = 0; step < kMostSteps; ++step) {
    const Row move = newton_step(problem, at);
    for (std::size_t i = 0; i < at.size(); ++i) at[i] += move[i];
    if (std::inner_product(move.begin(), move.end(), move.begin(), 0.0) < kNear) break;
  }
  const double bias = at.back();
  at.pop_back();
  return {std::move(at), bias};
}

}  // namespace s2m
