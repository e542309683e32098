#include "lab/statistics/least_squares.h"

#include <algorithm>
#include <cmath>

namespace s2m {

std::vector<double> solve_symmetric(std::vector<std::vector<double>> a, std::vector<double> b) {
  const std::size_t size = b.size();
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double rest = a[i][j];
      for (std::size_t k = 0; k < j; ++k) rest -= a[i][k] * a[j][k];
      a[i][j] = i == j ? std::sqrt(std::max(rest, 1e-12)) : rest / a[j][j];
    }
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  for (std::size_t i = size; i-- > 0;) {
    for (std::size_t k = i + 1; k < size; ++k) b[i] -= a[k][i] * b[k];
    b[i] /= a[i][i];
  }
  return b;
}

LeastSquares::LeastSquares(std::size_t features)
    : with_target_(features), products_(features, std::vector<double>(features)) {}

void LeastSquares::add(std::span<const double> row, double target) {
  ++rows_;
  squares_ += target * target;
  for (std::size_t i = 0; i < row.size(); ++i) {
    with_target_[i] += row[i] * target;
    for (std::size_t j = 0; j <= i; ++j) products_[i][j] += row[i] * row[j];
  }
}

LeastSquares& LeastSquares::operator+=(const LeastSquares& other) {
  rows_ += other.rows_;
  squares_ += other.squares_;
  for (std::size_t i = 0; i < with_target_.size(); ++i) {
    with_target_[i] += other.with_target_[i];
    for (std::size_t j = 0; j <= i; ++j) products_[i][j] += other.products_[i][j];
  }
  return *this;
}

std::vector<double> LeastSquares::fit(std::size_t without) const {
  auto products = products_;
  auto with_target = with_target_;
  for (std::size_t i = 0; i < with_target.size(); ++i) {
    if (i != without && products[i][i] > 0) continue;
    for (std::size_t j = 0; j < with_target.size(); ++j) products[std::max(i, j)][std::min(i, j)] = 0;
    products[i][i] = 1;
    with_target[i] = 0;
  }
  return solve_symmetric(std::move(products), std::move(with_target));
}

double LeastSquares::error(std::span<const double> weights) const {
  double sum = squares_;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    sum -= 2 * weights[i] * with_target_[i];
    for (std::size_t j = 0; j < weights.size(); ++j)
      sum += weights[i] * weights[j] * products_[std::max(i, j)][std::min(i, j)];
  }
  return sum;
}

}  // namespace s2m
