#include "train/stacking.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/error.h"
#include "evaluate/statistics.h"
#include "train/datasets/folds.h"
#include "train/datasets/text_emotion_batches.h"

namespace s2m::train {
namespace {

using at::Tensor;

constexpr std::array kPenalties{10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0, 10000.0};
constexpr double kLeastDeviation = 1e-6;

// A problem in columns of mean zero and deviation one.
struct Standardised {
  explicit Standardised(const StackingProblem& problem) {
    const auto rows = static_cast<std::int64_t>(problem.rows.size());
    const auto columns = static_cast<std::int64_t>(problem.rows.front().size());
    std::vector<double> flat;
    for (const auto& row : problem.rows) flat.insert(flat.end(), row.begin(), row.end());
    const Tensor raw = at::tensor(flat).view({rows, columns});
    means = raw.mean(0);
    deviations = raw.std(0, false).clamp_min(kLeastDeviation);
    x = (raw - means) / deviations;
    y = at::tensor(problem.targets);
  }

  // Weights of the standardised columns, and the bias last, learned from the rows that are so marked.
  Tensor solve(const Tensor& which, double penalty) const {
    const Tensor ones = at::ones({which.size(0), 1}, x.options());
    const Tensor a = at::cat({x.index_select(0, which), ones}, 1);
    Tensor square = a.t().mm(a);
    square.diagonal().slice(0, 0, -1).add_(penalty);  // the bias is free
    return at::linalg_solve(square, a.t().mv(y.index_select(0, which)));
  }
  Tensor say(const Tensor& weights) const { return x.mv(weights.slice(0, 0, -1)) + weights.select(0, -1); }

  Tensor x, y, means, deviations;
};

Tensor numbers_where(const std::vector<int>& folds, int fold, bool inside) {
  std::vector<std::int64_t> which;
  for (std::size_t i = 0; i < folds.size(); ++i)
    if ((folds[i] == fold) == inside) which.push_back(static_cast<std::int64_t>(i));
  return at::tensor(which);
}

// What the regressions of the other folds say of each fold.
Tensor say_across(const Standardised& problem, const std::vector<int>& folds, double penalty) {
  Tensor said = at::zeros_like(problem.y);
  for (const int fold : std::set<int>(folds.begin(), folds.end())) {
    const Tensor inside = numbers_where(folds, fold, true);
    const Tensor weights = problem.solve(numbers_where(folds, fold, false), penalty);
    said.index_copy_(0, inside, problem.say(weights).index_select(0, inside));
  }
  return said;
}

std::vector<double> values_of(const Tensor& tensor) {
  const Tensor flat = tensor.contiguous();
  return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
}

void check(const StackingProblem& problem) {
  if (problem.rows.empty()) throw Error("stacking", "no rows");
  for (const auto& row : problem.rows)
    if (row.size() != problem.rows.front().size()) throw Error("stacking", "rows of unlike length");
  if (std::set<int>(problem.folds.begin(), problem.folds.end()).size() < 2)
    throw Error("stacking", "nothing to cross-validate with", "two folds");
}

// Both axes of one scale.
struct ScaleProblem {
  PassageRows rows;
  std::vector<int> folds;
  std::vector<double> valence, arousal;

  void add(std::vector<double> row, const EmotionPoint& target, int fold) {
    rows.push_back(std::move(row));
    folds.push_back(fold);
    valence.push_back(target.valence);
    arousal.push_back(target.arousal);
  }
  StackedWeights fit(const std::string& part, const OnStacked& on_stacked) const {
    const auto axis = [&](const char* name, const std::vector<double>& targets) {
      auto found = fit_stacking({rows, targets, folds});
      if (on_stacked) on_stacked(part + ", " + name, found);
      return std::move(found.weights);
    };
    return {axis("valence", valence), axis("arousal", arousal)};
  }
};

// A place in the story says how fairy tales go, which is not how others must.
std::vector<double> without_place(std::vector<double> row) {
  std::fill(row.end() - kPlaceColumns, row.end(), 0.0);
  return row;
}

// Where each of the tales' stretches in a row of texts ends.
std::size_t tale_end(const std::vector<const EmotionText*>& texts, std::size_t first) {
  std::size_t end = first;
  while (end < texts.size() && texts[end]->source == "tales" && texts[end]->group == texts[first]->group)
    ++end;
  return end;
}

}  // namespace

StackingFit fit_stacking(const StackingProblem& problem) {
  check(problem);
  const at::NoGradGuard no_grad;
  const Standardised standardised(problem);
  StackingFit fit;
  std::vector<double> across;
  for (const double penalty : kPenalties) {
    const auto said = values_of(say_across(standardised, problem.folds, penalty));
    const double found = pearson(said, problem.targets);
    if (!across.empty() && found <= fit.correlation) continue;
    fit.correlation = found;
    fit.penalty = penalty;
    across = said;
  }
  const Tensor all = at::arange(standardised.x.size(0));
  Tensor weights = standardised.solve(all, fit.penalty);
  const double stretch = deviation(problem.targets) / std::max(deviation(across), kLeastDeviation);
  const Tensor columns = weights.slice(0, 0, -1) * stretch / standardised.deviations;
  for (const double weight : values_of(columns)) fit.weights.push_back(static_cast<float>(weight));
  fit.weights.push_back(
      static_cast<float>(mean(problem.targets) - columns.dot(standardised.means).item<double>()));
  return fit;
}

StackedRegressions train_stacking(const std::vector<const EmotionText*>& texts,
                                  const std::vector<NgramReading>& readings, const std::vector<int>& folds,
                                  const OnStacked& on_stacked) {
  ScaleProblem emobank, tales, stories;
  const auto add_tale = [&](std::size_t first, std::size_t end) {
    std::vector<Passage> passages;
    for (std::size_t i = first; i < end; ++i) passages.push_back({texts[i]->text, 0, 0});
    const auto rows = story_rows(words_of(passages), std::span(readings).subspan(first, end - first));
    for (std::size_t i = first; i < end; ++i) {
      tales.add(rows[i - first], own_point(*texts[i]), folds[i]);
      stories.add(without_place(rows[i - first]), *texts[i]->point, folds[i]);
    }
  };
  for (std::size_t i = 0; i < texts.size();) {
    const std::size_t end = tale_end(texts, i);
    if (end > i)
      add_tale(i, end);
    else if (folds[i] != kNoFold)
      emobank.add(single_row(readings[i]), own_point(*texts[i]), folds[i]);
    i = std::max(end, i + 1);
  }
  return {emobank.fit("EmoBank", on_stacked), tales.fit("tales", on_stacked),
          stories.fit("stories", on_stacked)};
}

}  // namespace s2m::train
