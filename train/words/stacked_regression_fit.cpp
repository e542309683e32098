#include "train/words/stacked_regression_fit.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "lab/statistics/statistics.h"
#include "story2midi/base/error.h"
#include "train/words/oblivious_trees_fit.h"

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
    standard = ((raw - means) / deviations).clamp(-kFarthestDeviations, kFarthestDeviations);
    const auto most = std::min<std::int64_t>(count, kMostLandmarks);
    landmarks = standard.index_select(0, at::floor_divide(at::arange(most) * count, most));
  }

  Tensor of(const Tensor& which) const {
    const Tensor rows = standard.index_select(0, which);
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
  Tensor standard;  // rows x columns

 private:
  Tensor bumps(const Tensor& rows) const {
    const Tensor squares = rows.pow(2).sum(1, true) + landmarks.pow(2).sum(1) - 2 * rows.mm(landmarks.t());
    return (squares.clamp_min(0) / (-kBumpWidth * kBumpWidth * static_cast<double>(rows.size(1)))).exp();
  }
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
  int number;
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
    folds.push_back({fold, which, of, {of.t().mm(of), of.t().mm(targets.index_select(0, which))}});
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

struct Fitted {
  Tensor weights;     // features x outputs
  Tensor across;      // rows x outputs: of each fold what the others' fit says
  TreeWeights trees;  // but for the leaves
  Tensor leaves;      // all trees' x outputs
  Tensor tree_means;  // outputs: of what the trees say
};

Fitted fit_features(const std::vector<Fold>& folds, const Sums& all, const Tensor& penalties,
                    const Tensor& targets) {
  Tensor across = at::zeros_like(targets);
  for (const auto& fold : folds)
    across.index_copy_(0, fold.which, fold.features.mm((all - fold.sums).solve(penalties)));
  const std::int64_t outputs = targets.size(1);
  return {all.solve(penalties),
          across,
          {},
          at::zeros({0, outputs}, targets.options()),
          at::zeros({outputs}, targets.options())};
}

// Makes what is said the mean of it and of what trees say.
void average_with_trees(Fitted& fitted, const StackingProblem& problem, const Features& features,
                        const std::vector<Fold>& folds, const Tensor& targets) {
  const BinnedColumns table(values_of(features.standard), problem.rows.front().size());
  const auto fit = [&](std::optional<int> without) {
    std::vector<std::size_t> chosen;
    for (std::size_t row = 0; row < problem.folds.size(); ++row)
      if (problem.folds[row] != without) chosen.push_back(row);
    return fit_trees({table, problem.outputs, problem.targets, chosen});
  };
  const auto said_by = [&](const TreesFit& trees) { return at::tensor(trees.said).view_as(targets); };
  Tensor across = at::zeros_like(targets);
  for (const auto& fold : folds)
    across.index_copy_(0, fold.which, said_by(fit(fold.number)).index_select(0, fold.which));
  const TreesFit trees = fit({});
  const Tensor constant = targets.mean(0);
  fitted.across = (fitted.across + across) / 2;
  fitted.weights.div_(2);
  fitted.weights[-1] += constant / 2;
  fitted.trees = trees.weights;
  const std::int64_t outputs = targets.size(1);
  const auto leaves = static_cast<std::int64_t>(trees.weights.leaves.size()) / outputs;
  fitted.leaves = at::tensor(trees.weights.leaves, at::kDouble).view({leaves, outputs}) / 2;
  fitted.tree_means = (said_by(trees).mean(0) - constant) / 2;
}

// So that the means stay what the targets' are.
void stretch(Fitted& fitted, const Sums& all, const Tensor& targets) {
  const Tensor by = targets.std(0, false) / fitted.across.std(0, false).clamp_min(kLeastDeviation);
  Tensor bias = fitted.weights[-1], slopes = fitted.weights.slice(0, 0, -1);
  slopes.mul_(by);
  fitted.leaves.mul_(by);
  const Tensor means = all.squares.slice(0, 0, -1).slice(1, -1) / static_cast<double>(targets.size(0));
  bias.copy_(targets.mean(0) - (slopes * means).sum(0) - fitted.tree_means * by);
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
  Fitted fitted = fit_features(folds, all, features.penalties(), targets);
  if (problem.trees) average_with_trees(fitted, problem, features, folds, targets);
  if (problem.stretched) stretch(fitted, all, targets);
  fitted.trees.leaves = floats_of(fitted.leaves);
  return {{floats_of(features.means), floats_of(features.deviations), floats_of(features.landmarks),
           floats_of(fitted.weights.t()), std::move(fitted.trees)},
          correlations(fitted.across, targets)};
}

}  // namespace s2m::train
