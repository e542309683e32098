#include "train/words/sparse_ridge.h"

#include <algorithm>

namespace s2m::train {
namespace {

using Numbers = std::vector<float>;

constexpr double kTiny = 1e-20;

// Sums over a matrix's rows, an output each.
std::vector<double> dots(const Numbers& a, const Numbers& b, std::size_t outputs) {
  std::vector<double> sums(outputs, 0);
  for (std::size_t i = 0; i < a.size(); i += outputs)
    for (std::size_t k = 0; k < outputs; ++k) sums[k] += double{a[i + k]} * b[i + k];
  return sums;
}

// to += from times an output's factor.
void add(Numbers& to, const Numbers& from, const std::vector<double>& factors, double sign) {
  const std::size_t outputs = factors.size();
  for (std::size_t i = 0; i < to.size(); i += outputs)
    for (std::size_t k = 0; k < outputs; ++k)
      to[i + k] += static_cast<float>(sign * factors[k]) * from[i + k];
}

std::vector<double> quotients(const std::vector<double>& above, const std::vector<double>& below) {
  std::vector<double> all;
  for (std::size_t k = 0; k < above.size(); ++k) all.push_back(above[k] / (below[k] + kTiny));
  return all;
}

// Rows' transpose times targets.
Numbers right_side(const SparseRidgeProblem& p) {
  Numbers sums(p.columns * p.outputs, 0);
  for (std::size_t i = 0; i < p.rows.ends.size(); ++i)
    spread(p.rows.row(i), p.targets.subspan(i * p.outputs, p.outputs), sums);
  return sums;
}

// Rows' transpose times rows, with the penalty, times `weights`.
Numbers left_side(const SparseRidgeProblem& p, const Numbers& weights) {
  Numbers sums(weights.size());
  std::ranges::transform(weights, sums.begin(),
                         [&](float weight) { return static_cast<float>(p.penalty) * weight; });
  Numbers said(p.outputs);
  for (std::size_t i = 0; i < p.rows.ends.size(); ++i) {
    std::ranges::fill(said, 0.f);
    gather(p.rows.row(i), weights, said);
    spread(p.rows.row(i), said, sums);
  }
  return sums;
}

}  // namespace

std::vector<float> fit_sparse_ridge(const SparseRidgeProblem& problem) {
  const std::size_t outputs = problem.outputs;
  Numbers weights(problem.columns * outputs, 0), left = right_side(problem), along = left;
  auto squares = dots(left, left, outputs);
  for (int step = 1; step <= problem.steps; ++step) {
    const Numbers product = left_side(problem, along);
    const auto lengths = quotients(squares, dots(along, product, outputs));
    add(weights, along, lengths, 1);
    add(left, product, lengths, -1);
    const auto next = dots(left, left, outputs);
    const auto turns = quotients(next, squares);
    for (std::size_t i = 0; i < along.size(); ++i)
      along[i] = left[i] + static_cast<float>(turns[i % outputs]) * along[i];
    squares = next;
    if (problem.on_step) problem.on_step(step);
  }
  return weights;
}

}  // namespace s2m::train
