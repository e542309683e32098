#include "train/words/oblivious_trees_fit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "lab/statistics/statistics.h"
#include "story2midi/base/random.h"
#include "tests/base/scratch_folder.h"

namespace s2m::train {
namespace {

constexpr std::size_t kRows = 600, kColumns = 20, kTelling = 16, kOutputs = 2;

// Noise in all columns; the first sixteen are two by turns. Where these have one sign the outputs are 1 and
// -2, else -1 and 2: neither says anything by itself.
struct Table {
  std::vector<double> values, targets;
  std::vector<std::size_t> rows = std::vector<std::size_t>(kRows);

  Table() {
    Random random(11);
    for (std::size_t i = 0; i < kRows * kColumns; ++i) values.push_back(random.uniform() * 2 - 1);
    for (std::size_t row = 0; row < kRows; ++row) {
      for (std::size_t column = 2; column < kTelling; ++column) at(row, column) = at(row, column % 2);
      const double sign = at(row, 0) * at(row, 1) > 0 ? 1 : -1;
      targets.insert(targets.end(), {sign, -2 * sign});
    }
    std::iota(rows.begin(), rows.end(), std::size_t{0});
  }
  double& at(std::size_t row, std::size_t column) { return values[row * kColumns + column]; }
  TreesFit fit() const { return fit(rows); }
  TreesFit fit(const std::vector<std::size_t>& chosen) const {
    const BinnedColumns binned(values, kColumns);
    return fit_trees({binned, kOutputs, targets, chosen});
  }
};

double correlation(const Table& table, const TreesFit& fit, std::size_t output, std::size_t first) {
  std::vector<double> said, meant;
  for (std::size_t row = first; row < kRows; ++row) {
    said.push_back(fit.said[row * kOutputs + output]);
    meant.push_back(table.targets[row * kOutputs + output]);
  }
  return pearson(said, meant);
}

TEST(TreesFit, LearnsWhatColumnsSayTogetherAndSaysItOfOtherRows) {
  const Table table;
  const std::vector<std::size_t> half(table.rows.begin(), table.rows.begin() + kRows / 2);
  const auto fit = table.fit(half);
  EXPECT_GT(correlation(table, fit, 0, kRows / 2), 0.9);
  EXPECT_GT(correlation(table, fit, 1, kRows / 2), 0.9);
}

TEST(TreesFit, AFileSaysWhatTheFitSaidBesideTheMean) {
  Table table;
  for (double& target : table.targets) target += 5;
  const auto fit = table.fit();
  const auto path = scratch_folder() / "fit.safetensors";
  save_model(path, {}, tensors_of(fit.weights, "trees"), DataType::kI8);
  const ObliviousTrees trees(ModelFile(path), "trees", kColumns, kOutputs);
  for (std::size_t row = 0; row < kRows; row += 37) {
    const std::vector<float> columns(&table.at(row, 0), &table.at(row, 0) + kColumns);
    std::vector<double> said(kOutputs, 0);
    for (std::size_t i = 0; i < table.targets.size(); ++i)
      said[i % kOutputs] += table.targets[i] / static_cast<double>(kRows);
    trees.add(columns, said);
    EXPECT_NEAR(said[0], fit.said[row * kOutputs], 0.02);
    EXPECT_NEAR(said[1], fit.said[row * kOutputs + 1], 0.02);
  }
}

TEST(TreesFit, TheSameEveryTime) {
  const Table table;
  EXPECT_EQ(table.fit().weights.leaves, table.fit().weights.leaves);
}

TEST(TreesFit, AColumnThatNeverVariesIsNotAskedFor) {
  Table table;
  for (std::size_t row = 0; row < kRows; ++row)
    for (std::size_t column = 2; column < kColumns; ++column) table.at(row, column) = 7;
  const auto some = table.fit();
  EXPECT_FALSE(some.weights.columns.empty());
  EXPECT_TRUE(std::ranges::all_of(some.weights.columns, [](float column) { return column < 2; }));
  for (double& value : table.values) value = 7;
  const auto none = table.fit();
  EXPECT_TRUE(none.weights.columns.empty());
  EXPECT_NEAR(none.said[0], none.said[kOutputs], 0) << "the mean, of every row";
}

TEST(BinnedColumns, CutBetweenValuesThatDiffer) {
  std::vector<double> rare(100, 0.0);
  rare[17] = 3;
  const BinnedColumns one(rare, 1);
  ASSERT_EQ(one.columns().size(), 1u);
  EXPECT_EQ(one.columns()[0].thresholds, std::vector<double>{1.5});
  EXPECT_EQ(one.columns()[0].bins[17], 1);
  EXPECT_EQ(one.columns()[0].bins[18], 0);
  std::vector<double> many(1000);
  std::iota(many.begin(), many.end(), 0);
  const BinnedColumns even(many, 1);
  EXPECT_EQ(even.columns()[0].thresholds.size(), kTreeBins - 1);
  EXPECT_EQ(even.columns()[0].bins[999], kTreeBins - 1);
}

}  // namespace
}  // namespace s2m::train
