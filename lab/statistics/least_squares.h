// Linear regression from sums: rows are added once, and any grouping of them can be fitted and tested afterwards.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace s2m {

// Solves a x = b for a symmetric positive definite `a` (lower triangle), by Cholesky's decomposition.
std::vector<double> solve_symmetric(std::vector<std::vector<double>> a, std::vector<double> b);

// The sums of squares and products of rows of features beside a target, without intercept: centre them before.
class LeastSquares {
 public:
  explicit LeastSquares(std::size_t features = 0);
  void add(std::span<const double> row, double target);
  LeastSquares& operator+=(const LeastSquares& other);

  std::size_t rows() const { return rows_; }
  double squares() const { return squares_; }  // of the targets
  double squares_of(std::size_t feature) const { return products_[feature][feature]; }
  // The weights of the least squares of errors; 0 for `without` (a feature's index) and for features that are all 0.
  std::vector<double> fit(std::size_t without = static_cast<std::size_t>(-1)) const;
  // The sum of squared errors under `weights`.
  double error(std::span<const double> weights) const;

 private:
  std::size_t rows_ = 0;
  double squares_ = 0;
  std::vector<double> with_target_;
  std::vector<std::vector<double>> products_;  // lower triangle
};

}  // namespace s2m
