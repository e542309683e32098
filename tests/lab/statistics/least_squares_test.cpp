#include "lab/statistics/least_squares.h"

#include <gtest/gtest.h>

#include <array>

#include "story2midi/base/random.h"

namespace s2m {
namespace {

// Rows of three features (the third always 0), of which the target is 2 times the first less the second, and noise.
LeastSquares sums_of(int rows, double noise, std::uint64_t seed) {
  LeastSquares sums(3);
  Random random(seed);
  for (int i = 0; i < rows; ++i) {
    const std::array row{random.uniform() - .5, random.uniform() - .5, 0.0};
    sums.add(row, 2 * row[0] - row[1] + noise * (random.uniform() - .5));
  }
  return sums;
}

TEST(LeastSquares, FindsTheWeights) {
  const auto weights = sums_of(200, 0, 1).fit();
  EXPECT_NEAR(weights[0], 2, 1e-9);
  EXPECT_NEAR(weights[1], -1, 1e-9);
  EXPECT_EQ(weights[2], 0);
}

TEST(LeastSquares, ErrorIsTheSumOfTheSquaredErrors) {
  const auto sums = sums_of(200, 0, 1);
  EXPECT_NEAR(sums.error(sums.fit()), 0, 1e-9);
  EXPECT_EQ(sums.error(std::array{0.0, 0.0, 0.0}), sums.squares());
  const auto noisy = sums_of(2000, 1, 2);
  EXPECT_NEAR(noisy.error(noisy.fit()) / 2000, 1 / 12.0, .01);
}

TEST(LeastSquares, AFeatureLeftOutHasNoWeight) {
  const auto weights = sums_of(200, 0, 1).fit(1);
  EXPECT_EQ(weights[1], 0);
  EXPECT_NEAR(weights[0], 2, .2);
}

TEST(LeastSquares, SumsAddUp) {
  auto sums = sums_of(100, 1, 1);
  sums += sums_of(100, 1, 2);
  EXPECT_EQ(sums.rows(), 200u);
  EXPECT_NEAR(sums.fit()[0], 2, .2);
}

}  // namespace
}  // namespace s2m
