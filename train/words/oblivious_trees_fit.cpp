#include "train/words/oblivious_trees_fit.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "story2midi/base/random.h"

namespace s2m::train {
namespace {

// Chosen by what the other folds' fits say of each fold; half or twice as much of each costs less than .003.
constexpr std::size_t kTrees = 400;
constexpr double kRate = 0.06;
constexpr double kRowShare = 0.7, kColumnShare = 0.15;
constexpr double kLeafPenalty = 5;  // rows that leave nothing to say, in each leaf

constexpr std::uint64_t kSeed = 1;

using Column = BinnedColumns::Column;

// Places that rows fall to, each with the sums of what is left to say of its rows, and their number.
class Sums {
 public:
  Sums(std::size_t places, std::size_t outputs) : outputs_(outputs), sums_(places * (outputs + 1)) {}

  void add_row(std::size_t place, const double* left) {
    double* sum = &sums_[place * (outputs_ + 1)];
    for (std::size_t output = 0; output < outputs_; ++output) sum[output] += left[output];
    ++sum[outputs_];
  }
  void add_place(std::size_t place, std::size_t from) {
    for (std::size_t i = 0; i <= outputs_; ++i) sums_[place * (outputs_ + 1) + i] += at(from, i);
  }
  // The constant that is said of a place's rows.
  double value(std::size_t place, std::size_t output) const {
    return at(place, output) / (at(place, outputs_) + kLeafPenalty);
  }
  // What saying it gains in squares.
  double gain(std::size_t place) const {
    return gain([&](std::size_t i) { return at(place, i); });
  }
  // The same of its rows that are not those of a place that it holds.
  double gain_outside(std::size_t place, std::size_t inner) const {
    return gain([&](std::size_t i) { return at(place, i) - at(inner, i); });
  }

 private:
  double at(std::size_t place, std::size_t i) const { return sums_[place * (outputs_ + 1) + i]; }
  template <class Sum>
  double gain(Sum&& sum) const {
    double squares = 0;
    for (std::size_t output = 0; output < outputs_; ++output) squares += sum(output) * sum(output);
    return squares / (sum(outputs_) + kLeafPenalty);
  }

  std::size_t outputs_;
  std::vector<double> sums_;  // places x (outputs, rows)
};

struct Split {
  const Column* column = nullptr;
  std::size_t bin = 0;  // the last one below the threshold
  double gain = -1;
};

class Boosting {
 public:
  explicit Boosting(const TreesProblem& problem) : problem_(problem), leaves_(problem.table.rows()) {
    std::vector<double> means(problem.outputs);
    for (const std::size_t row : problem.chosen)
      for (std::size_t output = 0; output < means.size(); ++output)
        means[output] += target(row, output) / static_cast<double>(problem.chosen.size());
    for (std::size_t row = 0; row < leaves_.size(); ++row)
      fit_.said.insert(fit_.said.end(), means.begin(), means.end());
  }

  TreesFit fit() {
    if (problem_.table.columns().empty()) return std::move(fit_);
    for (std::size_t tree = 0; tree < kTrees; ++tree) grow(tree);
    return std::move(fit_);
  }

 private:
  double target(std::size_t row, std::size_t output) const {
    return problem_.targets[row * problem_.outputs + output];
  }

  void grow(std::size_t tree) {
    draw_rows(tree);
    const auto columns = drawn_columns(tree);
    std::ranges::fill(leaves_, std::size_t{0});
    for (std::size_t level = 0; level < kTreeDepth; ++level)
      ask(best_split(columns, std::size_t{1} << level));
    say();
  }

  void draw_rows(std::size_t tree) {
    rows_.clear();
    left_.clear();
    for (const std::size_t row : problem_.chosen) {
      if (random_uniform(kSeed, 2 * tree, row) >= kRowShare) continue;
      rows_.push_back(row);
      for (std::size_t output = 0; output < problem_.outputs; ++output)
        left_.push_back(target(row, output) - fit_.said[row * problem_.outputs + output]);
    }
  }

  std::vector<const Column*> drawn_columns(std::size_t tree) const {
    std::vector<const Column*> columns;
    for (const auto& column : problem_.table.columns()) columns.push_back(&column);
    std::ranges::sort(columns, {}, [tree](const Column* column) {
      return random_bits(kSeed, 2 * tree + 1, column->number);
    });
    columns.resize(static_cast<std::size_t>(std::ceil(kColumnShare * static_cast<double>(columns.size()))));
    return columns;
  }

  Split best_split(const std::vector<const Column*>& columns, std::size_t leaves) const {
    Split best;
    for (const Column* column : columns) {
      const auto gains = gains_of(*column, leaves);
      const auto most = std::ranges::max_element(gains);
      if (*most > best.gain) best = {column, static_cast<std::size_t>(most - gains.begin()), *most};
    }
    return best;
  }

  // Of each threshold, in all leaves together.
  std::vector<double> gains_of(const Column& column, std::size_t leaves) const {
    const std::size_t bins = column.thresholds.size() + 1;
    Sums sums(leaves * bins, problem_.outputs);
    for (std::size_t i = 0; i < rows_.size(); ++i)
      sums.add_row(leaves_[rows_[i]] * bins + column.bins[rows_[i]], &left_[i * problem_.outputs]);
    std::vector<double> gains(column.thresholds.size());
    for (std::size_t first = 0; first < leaves * bins; first += bins) {
      for (std::size_t bin = 1; bin < bins; ++bin) sums.add_place(first + bin, first + bin - 1);
      for (std::size_t bin = 0; bin < gains.size(); ++bin)
        gains[bin] += sums.gain(first + bin) + sums.gain_outside(first + bins - 1, first + bin);
    }
    return gains;
  }

  void ask(const Split& split) {
    fit_.weights.columns.push_back(static_cast<float>(split.column->number));
    fit_.weights.thresholds.push_back(static_cast<float>(split.column->thresholds[split.bin]));
    for (std::size_t row = 0; row < leaves_.size(); ++row)
      leaves_[row] = 2 * leaves_[row] + (split.column->bins[row] > split.bin ? 1 : 0);
  }

  void say() {
    const std::size_t outputs = problem_.outputs;
    Sums sums(kTreeLeaves, outputs);
    for (std::size_t i = 0; i < rows_.size(); ++i) sums.add_row(leaves_[rows_[i]], &left_[i * outputs]);
    for (std::size_t leaf = 0; leaf < kTreeLeaves; ++leaf)
      for (std::size_t output = 0; output < outputs; ++output)
        fit_.weights.leaves.push_back(static_cast<float>(kRate * sums.value(leaf, output)));
    for (std::size_t row = 0; row < leaves_.size(); ++row)
      for (std::size_t output = 0; output < outputs; ++output)
        fit_.said[row * outputs + output] += kRate * sums.value(leaves_[row], output);
  }

  const TreesProblem& problem_;
  TreesFit fit_;
  std::vector<std::size_t> leaves_;  // of all rows, in the tree that grows
  std::vector<std::size_t> rows_;    // that it learns from
  std::vector<double> left_;         // of them x outputs: what the trees before have not said
};

// About where the rows are cut into equal parts, between values that differ.
std::vector<double> thresholds_between(std::vector<double> values) {
  std::ranges::sort(values);
  std::vector<double> thresholds;
  for (std::size_t part = 1; part < kTreeBins; ++part) {
    const double below = values[part * values.size() / kTreeBins];
    const auto above = std::ranges::upper_bound(values, below);
    if (above == values.end()) break;
    const double between = (below + *above) / 2;
    if (thresholds.empty() || between > thresholds.back()) thresholds.push_back(between);
  }
  return thresholds;
}

}  // namespace

BinnedColumns::BinnedColumns(std::span<const double> table, std::size_t columns)
    : rows_(table.size() / columns) {
  for (std::size_t number = 0; number < columns; ++number) {
    std::vector<double> values;
    for (std::size_t at = number; at < table.size(); at += columns) values.push_back(table[at]);
    Column column{number, thresholds_between(values), {}};
    if (column.thresholds.empty()) continue;
    for (const double value : values)
      column.bins.push_back(static_cast<std::uint8_t>(std::ranges::lower_bound(column.thresholds, value) -
                                                      column.thresholds.begin()));
    columns_.push_back(std::move(column));
  }
}

TreesFit fit_trees(const TreesProblem& problem) { return Boosting(problem).fit(); }

}  // namespace s2m::train
