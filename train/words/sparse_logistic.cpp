#include "train/words/sparse_logistic.h"

#include <algorithm>
#include <cmath>

namespace s2m::train {
namespace {

constexpr int kPowerSteps = 12;
constexpr double kSteepest = 0.25;  // the logistic function's slope at zero
constexpr double kMargin = 1.05;    // power iteration ends a little below

using Numbers = std::vector<float>;

// f(column, value) for each value of a row that is not zero; the constant that biases weigh is a last column.
template <class F>
void each_value(const SparseLogisticProblem& p, std::size_t index, F&& f) {
  for (const auto& [column, value] : p.rows.row(index)) f(column, value);
  f(p.columns, 1.f);
}

// An upper bound of the loss's curvature along each column.
Numbers curvatures(const SparseLogisticProblem& p) {
  Numbers bounds(p.columns + 1, static_cast<float>(p.penalty));
  for (const std::size_t index : p.chosen)
    each_value(p, index, [&](std::size_t column, float value) {
      bounds[column] += static_cast<float>(kSteepest) * value * value;
    });
  return bounds;
}

// How many times larger the curvature along all columns together can be: the largest eigenvalue of the loss's
// bound with each column scaled to curvature one, by power iteration.
double together(const SparseLogisticProblem& p, const Numbers& bounds) {
  Numbers direction(p.columns + 1, 1), next;
  double length = 1;
  for (int step = 0; step < kPowerSteps; ++step) {
    next.assign(p.columns + 1, 0);
    for (std::size_t i = 0; i < next.size(); ++i)
      next[i] = static_cast<float>(p.penalty) * direction[i] / bounds[i];
    for (const std::size_t index : p.chosen) {
      float along = 0;
      each_value(p, index, [&](std::size_t column, float value) {
        along += value * direction[column] / std::sqrt(bounds[column]);
      });
      along *= static_cast<float>(kSteepest);
      each_value(p, index, [&](std::size_t column, float value) {
        next[column] += value * along / std::sqrt(bounds[column]);
      });
    }
    double squares = 0;
    for (const float value : next) squares += double{value} * value;
    length = std::sqrt(squares);
    std::ranges::transform(next, direction.begin(),
                           [&](float value) { return value / static_cast<float>(length); });
  }
  return length;
}

// Step lengths, a column.
Numbers step_lengths(const SparseLogisticProblem& p) {
  Numbers steps = curvatures(p);
  const auto margin = static_cast<float>(kMargin * together(p, steps));
  for (float& step : steps) step = 1 / (margin * step);
  return steps;
}

// Weights and biases in one: columns x outputs, then outputs.
class Descent {
 public:
  explicit Descent(const SparseLogisticProblem& problem)
      : p_(problem),
        steps_(step_lengths(problem)),
        at_((problem.columns + 1) * problem.outputs, 0),
        ahead_(at_),
        gradient_(at_) {
    begin_at_means();
  }

  double step() {
    const double loss = fill_gradient();
    const auto momentum = static_cast<float>(age_ / (age_ + 3.0));
    ++age_;
    double turn = 0;
    for (std::size_t i = 0; i < at_.size(); ++i) {
      const float next = ahead_[i] - steps_[i / p_.outputs] * gradient_[i];
      const float moved = next - at_[i];
      turn += double{gradient_[i]} * moved;
      ahead_[i] = next + momentum * moved;
      at_[i] = next;
    }
    if (turn > 0) {
      age_ = 0;
      ahead_ = at_;
    }
    return loss;
  }

  SparseLogisticFit fit() && {
    Numbers biases(at_.end() - static_cast<std::ptrdiff_t>(p_.outputs), at_.end());
    at_.resize(p_.columns * p_.outputs);
    return {std::move(at_), std::move(biases)};
  }

 private:
  std::span<float> biases_of(Numbers& all) const { return std::span(all).last(p_.outputs); }

  // Each output begins at its targets' mean.
  void begin_at_means() {
    std::vector<double> sums(p_.outputs, 0);
    for (std::size_t i = 0; i < p_.targets.size(); ++i) sums[i % p_.outputs] += p_.targets[i];
    for (std::size_t k = 0; k < p_.outputs; ++k) {
      const double mean = std::clamp(sums[k] / static_cast<double>(p_.chosen.size()), 1e-6, 1 - 1e-6);
      biases_of(at_)[k] = static_cast<float>(std::log(mean / (1 - mean)));
    }
    ahead_ = at_;
  }

  double fill_gradient() {
    const std::size_t outputs = p_.outputs;
    const auto penalty = static_cast<float>(p_.penalty);
    for (std::size_t i = 0; i < p_.columns * outputs; ++i) gradient_[i] = penalty * ahead_[i];
    std::ranges::fill(biases_of(gradient_), 0.f);
    double loss = 0;
    Numbers said(outputs);
    for (std::size_t i = 0; i < p_.chosen.size(); ++i) {
      const auto row = p_.rows.row(p_.chosen[i]);
      std::ranges::copy(biases_of(ahead_), said.begin());
      gather(row, ahead_, said);
      loss += to_errors(said, std::span(p_.targets).subspan(i * outputs, outputs));
      spread(row, said, gradient_);
      for (std::size_t k = 0; k < outputs; ++k) biases_of(gradient_)[k] += said[k];
    }
    return loss;
  }

  // Sums become probability less target; returns the cross entropy.
  static double to_errors(Numbers& said, std::span<const float> targets) {
    double loss = 0;
    for (std::size_t k = 0; k < said.size(); ++k) {
      const float x = said[k], away = std::exp(-std::abs(x));
      loss += std::max(x, 0.f) - x * targets[k] + std::log1p(away);
      said[k] = (x >= 0 ? 1 / (1 + away) : away / (1 + away)) - targets[k];
    }
    return loss;
  }

  const SparseLogisticProblem& p_;
  Numbers steps_;
  int age_ = 0;  // steps since the beginning or the last turn
  Numbers at_, ahead_, gradient_;
};

}  // namespace

SparseLogisticFit fit_sparse_logistic(const SparseLogisticProblem& problem) {
  Descent descent(problem);
  for (int step = 1; step <= problem.steps; ++step) {
    const double loss = descent.step();
    if (problem.on_step) problem.on_step(step, loss);
  }
  return std::move(descent).fit();
}

}  // namespace s2m::train
