#include "story2midi/emotion/oblivious_trees.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "story2midi/base/error.h"
#include "tests/base/scratch_folder.h"

namespace s2m {
namespace {

constexpr std::size_t kColumns = 3, kOutputs = 2;

// One tree: asks for column 2, 0, 1 and 2 again. A leaf says its number, and a hundredth of it less.
TreeWeights one_tree() {
  TreeWeights weights{{2, 0, 1, 2}, {0.5F, 0, -1, 2}, {}};
  for (std::size_t leaf = 0; leaf < kTreeLeaves; ++leaf)
    weights.leaves.insert(weights.leaves.end(),
                          {static_cast<float>(leaf), static_cast<float>(leaf) * -0.01F});
  return weights;
}

ObliviousTrees saved(const TreeWeights& weights, std::size_t columns = kColumns) {
  const auto path = scratch_folder() / "trees.safetensors";
  auto tensors = tensors_of(weights, "trees");
  tensors.push_back({"another", {1}, {0}});
  save_model(path, {}, tensors, DataType::kI8);
  return {ModelFile(path), "trees", columns, kOutputs};
}

std::array<double, kOutputs> read(const ObliviousTrees& trees, const std::vector<float>& row) {
  std::array<double, kOutputs> said{10, 0};
  trees.add(row, said);
  return said;
}

TEST(ObliviousTrees, TheAnswersAreTheBitsOfTheLeafsNumber) {
  const auto trees = saved(one_tree());
  constexpr double kRounding = 15.0 / 127;  // of a leaf as a byte
  EXPECT_EQ(read(trees, {0, -1, 0.5F})[0], 10) << "nothing is above its threshold";
  EXPECT_NEAR(read(trees, {0, -1, 1})[0], 10 + 8, kRounding);
  EXPECT_NEAR(read(trees, {1, -1, 0})[0], 10 + 4, kRounding);
  EXPECT_NEAR(read(trees, {0, 0, 0})[0], 10 + 2, kRounding);
  EXPECT_NEAR(read(trees, {1, 0, 3})[0], 10 + 15, kRounding);
  EXPECT_NEAR(read(trees, {1, 0, 3})[1], -0.15, kRounding);
}

TEST(ObliviousTrees, SumsTreesAndMayHaveNone) {
  auto weights = one_tree();
  const auto once = read(saved(weights), {1, 0, 3});
  for (auto* part : {&weights.columns, &weights.thresholds, &weights.leaves}) {
    const auto first = *part;
    part->insert(part->end(), first.begin(), first.end());
  }
  EXPECT_NEAR(read(saved(weights), {1, 0, 3})[0] - 10, 2 * (once[0] - 10), 1e-6);
  EXPECT_EQ(read(saved({}), {1, 0, 3})[0], 10);
}

TEST(ObliviousTrees, AreRefusedWhenTheyAskForWhatARowHasNot) {
  EXPECT_THROW(saved(one_tree(), 2), Error) << "column 2 of two";
  auto weights = one_tree();
  weights.columns[1] = 0.5F;
  EXPECT_THROW(saved(weights), Error);
  weights.columns[1] = -1;
  EXPECT_THROW(saved(weights), Error);
  weights = one_tree();
  weights.columns.push_back(0);
  weights.thresholds.push_back(0);
  EXPECT_THROW(saved(weights), Error) << "a question without a tree";
  weights = one_tree();
  weights.leaves.resize(kTreeLeaves);
  EXPECT_THROW(saved(weights), Error) << "leaves of one output";
}

}  // namespace
}  // namespace s2m
