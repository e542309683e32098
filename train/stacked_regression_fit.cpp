#include "train/stacked_regression_fit.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/error.h"
#include "evaluate/statistics.h"

namespace s2m::train {
namespace {

using at::Tensor;

// Chosen by what the other folds' fits say of each fold; a third or three times as much costs less than .003.
constexpr double kColumnPenalty = 300;
constexpr double kBumpPenalty = 3;
constexpr double kLeastPenalty = 1e-6;  // of bumps that two landmarks share
constexpr double kLeastDeviation = 1e-6;
constexpr double kSaysNothing = 1e30;  // the deviation of a column that never varied, however it does later

void check(const StackingProblem& problem) {
  if (problem.rows.empty()) throw Error("stacking", "no rows");
  for (const auto& row : problem.rows)
    if (row.size() != problem.rows.front().size()) throw Error("stacking", "rows of unlike length");
  if (problem.targets.size() != problem.rows.size() * problem.outputs ||
      problem.folds.size() != problem.rows.size())
    throw Error("stacking", "rows without targets or folds");
  if (std::set<int>(problem.folds.begin(), problem.folds.end()).size() < 2)
    throw Error("stacking", "nothing to cross-validate with", "two folds");
}

std::vector<float> floats_of(const Tensor& tensor) {
  const Tensor flat = tensor.to(at::kFloat).contiguous();
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

// What the regression multiplies and adds: standardised columns, bumps, and 1.
class Features {
 public:
  explicit Features(const PassageRows& rows) {
    const auto count = static_cast<std::int64_t>(rows.size());
    const auto columns = static_cast<std::int64_t>(rows.front().size());
    std::vector<double> flat;
    for (const auto& row : rows) flat.insert(flat.end(), row.begin(), row.end());
    const Tensor raw = at::tensor(flat).view({count, columns});
    means = raw.mean(0);
    deviations = raw.std(0, false);
    deviations.masked_fill_(deviations < kLeastDeviation, kSaysNothing);
    standard_ = ((raw - means) / deviations).clamp(-kFarthestDeviations, kFarthestDeviations);
    const auto most = std::min<std::int64_t>(count, kMostLandmarks);
    landmarks = standard_.index_select(0, at::floor_divide(at::arange(most) * count, most));
  }

  Tensor of(const Tensor& which) const {
    const Tensor rows = standard_.index_select(0, which);
    return at::cat({rows, bumps(rows), at::ones({rows.size(0), 1}, rows.options())}, 1);
  }

  // To be added to the squares.
  Tensor penalties() const {
    const std::int64_t columns = means.size(0), all = columns + landmarks.size(0);
    Tensor penalties = at::zeros({all + 1, all + 1}, means.options());
    penalties.diagonal().slice(0, 0, columns).fill_(kColumnPenalty);
    penalties.slice(0, columns, all).slice(1, columns, all).copy_(kBumpPenalty * bumps(landmarks));
    penalties.diagonal().slice(0, columns, all).add_(kLeastPenalty);
    return penalties;
  }

  Tensor means, deviations, landmarks;

 private:
  Tensor bumps(const Tensor& rows) const {
    const Tensor squares = rows.pow(2).sum(1, true) + landmarks.pow(2).sum(1) - 2 * rows.mm(landmarks.t());
    return (squares.clamp_min(0) / (-kBumpWidth * kBumpWidth * static_cast<double>(rows.size(1)))).exp();
  }

  Tensor standard_;
};

// Sums of squares of features and of features times targets, of some rows.
struct Sums {
  Tensor squares, products;

  Sums operator-(const Sums& other) const { return {squares - other.squares, products - other.products}; }
  // Features x outputs.
  Tensor solve(const Tensor& penalties) const {
    return at::cholesky_solve(products, at::linalg_cholesky(squares + penalties));
  }
};

struct Fold {
  Tensor which, features;
  Sums sums;
};

std::vector<Fold> folds_of(const StackingProblem& problem, const Features& features, const Tensor& targets) {
  std::map<int, std::vector<std::int64_t>> rows;
  for (std::size_t i = 0; i < problem.folds.size(); ++i)
    rows[problem.folds[i]].push_back(static_cast<std::int64_t>(i));
  std::vector<Fold> folds;
  for (const auto& [fold, numbers] : rows) {
    const Tensor which = at::tensor(numbers), of = features.of(which);
    folds.push_back({which, of, {of.t().mm(of), of.t().mm(targets.index_select(0, which))}});
  }
  return folds;
}

Sums sum_of(const std::vector<Fold>& folds) {
  Sums sum{at::zeros_like(folds.front().sums.squares), at::zeros_like(folds.front().sums.products)};
  for (const auto& fold : folds) {
    sum.squares += fold.sums.squares;
    sum.products += fold.sums.products;
  }
  return sum;
}

std::vector<double> values_of(const Tensor& tensor) {
  const Tensor flat = tensor.contiguous();
  return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
}

std::vector<double> correlations(const Tensor& said, const Tensor& targets) {
  std::vector<double> found;
  for (std::int64_t output = 0; output < targets.size(1); ++output)
    found.push_back(pearson(values_of(said.select(1, output)), values_of(targets.select(1, output))));
  return found;
}

// So that the means stay what the targets' are.
void stretch(Tensor& weights, const Tensor& said_across, const Tensor& targets, const Sums& all,
             std::int64_t rows) {
  const Tensor by = targets.std(0, false) / said_across.std(0, false).clamp_min(kLeastDeviation);
  Tensor bias = weights[-1];
  Tensor slopes = weights.slice(0, 0, -1);
  slopes.mul_(by);
  const Tensor means = all.squares.slice(0, 0, -1).slice(1, -1) / static_cast<double>(rows);
  bias.copy_(targets.mean(0) - (slopes * means).sum(0));
}

}  // namespace

StackingFit fit_stacking(const StackingProblem& problem) {
  check(problem);
  const at::NoGradGuard no_grad;
  const Features features(problem.rows);
  const auto rows = static_cast<std::int64_t>(problem.rows.size());
  const Tensor targets = at::tensor(problem.targets).view({rows, static_cast<std::int64_t>(problem.outputs)});
  const auto folds = folds_of(problem, features, targets);
  const Sums all = sum_of(folds);
  const Tensor penalties = features.penalties();
  Tensor across = at::zeros_like(targets);
  for (const auto& fold : folds)
    across.index_copy_(0, fold.which, fold.features.mm((all - fold.sums).solve(penalties)));
  Tensor weights = all.solve(penalties);
  if (problem.stretched) stretch(weights, across, targets, all, rows);
  return {{floats_of(features.means), floats_of(features.deviations), floats_of(features.landmarks),
           floats_of(weights.t())},
          correlations(across, targets)};
}

}  // namespace s2m::train
