#include "lab/statistics/rank_tests.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

TEST(ChiSquaredTail, AgreesWithClosedForms) {
  for (const double x : {0.001, 0.3, 1.0, 2.9, 3.1, 7.0, 20.0, 60.0, 200.0}) {
    const double one = std::erfc(std::sqrt(x / 2)), two = std::exp(-x / 2);
    EXPECT_NEAR(chi_squared_tail(x, 1) / one, 1, 1e-9) << x;
    EXPECT_NEAR(chi_squared_tail(x, 2) / two, 1, 1e-9) << x;
    EXPECT_NEAR(chi_squared_tail(x, 3) / (one + std::sqrt(2 * x / std::numbers::pi) * two), 1, 1e-9) << x;
    EXPECT_NEAR(chi_squared_tail(x, 4) / (two * (1 + x / 2)), 1, 1e-9) << x;
  }
}

TEST(ChiSquaredTail, AgreesWithPrintedTables) {
  EXPECT_NEAR(chi_squared_tail(3.841, 1), 0.05, 2e-5);
  EXPECT_NEAR(chi_squared_tail(7.815, 3), 0.05, 1e-5);
  EXPECT_NEAR(chi_squared_tail(16.266, 3), 0.001, 1e-6);
  EXPECT_NEAR(chi_squared_tail(18.307, 10), 0.05, 1e-5);
  EXPECT_NEAR(chi_squared_tail(124.342, 100), 0.05, 1e-5);
  EXPECT_EQ(chi_squared_tail(0, 3), 1);
  EXPECT_THROW(chi_squared_tail(1, 0), Error);
}

// Hollander and Wolfe (1973), p. 116: mucociliary efficiency; R's kruskal.test prints 0.77143, p 0.68.
TEST(KruskalWallis, OfHollanderAndWolfe) {
  const std::vector<std::vector<double>> groups{
      {2.9, 3.0, 2.5, 2.6, 3.2}, {3.8, 2.7, 4.0, 2.4}, {2.8, 3.4, 3.7, 2.2, 2.0}};
  const auto test = kruskal_wallis(groups);
  EXPECT_NEAR(test.h, 0.771429, 1e-6);
  EXPECT_EQ(test.degrees_of_freedom, 2);
  EXPECT_NEAR(test.p, 0.67996, 1e-4);
  EXPECT_NEAR(test.epsilon_squared, 0.771429 / 13, 1e-6);
}

// By hand: ranks 1 3 3 | 3 5.5 5.5, H = 7/3 / (1 - 30/210).
TEST(KruskalWallis, CorrectsForTies) {
  const std::vector<std::vector<double>> groups{{1, 2, 2}, {}, {2, 3, 3}};
  const auto test = kruskal_wallis(groups);
  EXPECT_NEAR(test.h, 2.722222, 1e-6);
  EXPECT_EQ(test.degrees_of_freedom, 1);
  EXPECT_NEAR(test.p, 0.098956, 1e-4);
}

TEST(KruskalWallis, NothingDiffersWhereNothingVaries) {
  EXPECT_EQ(kruskal_wallis(std::vector<std::vector<double>>{{5, 5}, {5, 5, 5}}).p, 1);
  EXPECT_EQ(kruskal_wallis(std::vector<std::vector<double>>{{1, 2}, {}}).p, 1);
  EXPECT_EQ(kruskal_wallis(std::vector<std::vector<double>>{}).degrees_of_freedom, 0);
}

TEST(MannWhitney, ByHand) {
  const auto apart = mann_whitney(std::vector<double>{4, 5, 6}, std::vector<double>{1, 2, 3});
  EXPECT_EQ(apart.u, 9);
  EXPECT_EQ(apart.cliffs_delta, 1);
  EXPECT_NEAR(apart.p, 0.080856, 1e-5);  // z = 4 / sqrt(5.25)
  const auto tied = mann_whitney(std::vector<double>{1, 2, 2}, std::vector<double>{2, 3, 3});
  EXPECT_EQ(tied.u, 1);
  EXPECT_NEAR(tied.cliffs_delta, 2.0 / 9 - 1, 1e-12);
  EXPECT_NEAR(tied.p, std::erfc(1), 1e-12);  // z = 3 / sqrt(4.5)
}

TEST(MannWhitney, TurnedRoundTurnsTheEffect) {
  const std::vector<double> a{3, 1, 4, 1, 5}, b{9, 2, 6, 5, 3, 5};
  EXPECT_DOUBLE_EQ(mann_whitney(a, b).p, mann_whitney(b, a).p);
  EXPECT_DOUBLE_EQ(mann_whitney(a, b).cliffs_delta, -mann_whitney(b, a).cliffs_delta);
  EXPECT_EQ(mann_whitney(a, a).cliffs_delta, 0);
  EXPECT_EQ(mann_whitney(a, a).p, 1);
  EXPECT_EQ(mann_whitney(a, std::vector<double>{}).p, 1);
}

TEST(Holm, ByHand) {
  const auto corrected = holm(std::vector<double>{.01, .04, .03, .005});
  const std::vector<double> expected{.03, .06, .06, .02};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(corrected[i], expected[i], 1e-12);
  EXPECT_EQ(holm(std::vector<double>{.7, .8})[0], 1);
}

}  // namespace
}  // namespace s2m
