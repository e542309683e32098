// References are worked out by hand (the numbers beside them), or follow from what the statistic means.
#include "lab/statistics/statistics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "story2midi/base/error.h"
#include "story2midi/base/random.h"

namespace s2m {
namespace {

using Row = std::vector<double>;

TEST(Statistics, Moments) {
  EXPECT_DOUBLE_EQ(mean(Row{1, 2, 6}), 3);
  EXPECT_DOUBLE_EQ(deviation(Row{2, 4, 4, 4, 5, 5, 7, 9}), 2);
  EXPECT_EQ(mean(Row{}), 0);
  EXPECT_EQ(deviation(Row{4}), 0);
}

// Means 3 and 4: deviations -2 -1 0 1 2 and -2 0 -3 3 2; variances 2 and 26 / 5.
TEST(Statistics, CorrelationsOfFivePairs) {
  const Row a{1, 2, 3, 4, 5}, b{2, 4, 1, 7, 6};
  const double products = 2 * 2 + 1 * 0 + 0 * 3 + 1 * 3 + 2 * 2, squares = 4 + 0 + 9 + 9 + 4;
  EXPECT_NEAR(pearson(a, b), products / std::sqrt(10 * squares), 1e-12);
  EXPECT_NEAR(concordance(a, b), 2 * products / 5 / (2 + squares / 5 + 1), 1e-12);
  // Ranks of b: 2 3 1 5 4; squared differences 1 1 4 1 1 = 8; 1 - 6*8 / (5*24) = .6.
  EXPECT_NEAR(spearman(a, b), 0.6, 1e-12);
}

TEST(Statistics, ConcordanceSeesScaleAndPlaceButCorrelationDoesNot) {
  const Row a{-1, 0, 3, 2}, moved{0, 1, 4, 3}, twice{-2, 0, 6, 4}, against{1, 0, -3, -2};
  EXPECT_DOUBLE_EQ(concordance(a, a), 1);
  EXPECT_NEAR(pearson(a, twice), 1, 1e-12);
  EXPECT_LT(concordance(a, moved), 1);
  EXPECT_LT(concordance(a, twice), 1);
  EXPECT_NEAR(pearson(a, against), -1, 1e-12);
  EXPECT_EQ(pearson(a, Row{5, 5, 5, 5}), 0);
  EXPECT_THROW(pearson(a, Row{1, 2}), Error);
}

TEST(Statistics, EqualValuesShareTheirRanks) {
  EXPECT_EQ(ranks(Row{10, 30, 20, 20}), (Row{1, 4, 2.5, 2.5}));
  EXPECT_EQ(ranks(Row{7, 7, 7}), (Row{2, 2, 2}));
  EXPECT_EQ(ranks(Row{}), Row{});
  EXPECT_NEAR(spearman(Row{1, 2, 3, 4}, Row{1, 10, 100, 1000}), 1, 1e-12) << "only the order counts";
}

TEST(Statistics, QuantilesLieOnTheLine) {
  EXPECT_DOUBLE_EQ(quantile({4, 1, 3, 2}, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(quantile({10, 20, 30, 40, 50}, 0.1), 14);
  EXPECT_DOUBLE_EQ(quantile({3, 1}, 0), 1);
  EXPECT_DOUBLE_EQ(quantile({3, 1}, 1), 3);
  EXPECT_THROW(quantile({}, 0.5), Error);
  EXPECT_THROW(quantile({1}, 1.5), Error);
}

TEST(Statistics, AScaleIsLearnedElsewhere) {
  const Row source{0, 2}, target{10, 30};  // means 1 and 20, deviations 1 and 10
  EXPECT_EQ(match_scale({0, 1, 3}, source, target), (Row{10, 20, 40}));
  EXPECT_EQ(match_scale({5}, Row{4, 4}, target), (Row{21})) << "a constant source is moved only";
}

TEST(Bootstrap, OfAMeanIsItsStandardError) {
  Row values;
  for (int i = 0; i < 400; ++i) values.push_back(random_uniform(3, 0, static_cast<std::uint64_t>(i)));
  const auto statistic = [&](std::span<const std::size_t> drawn) { return mean(pick(values, drawn)); };
  const Interval interval = bootstrap(values.size(), statistic, {.resamples = 4000});
  const double half = 1.96 * deviation(values) / std::sqrt(400.0);
  EXPECT_NEAR(interval.low, mean(values) - half, 0.1 * half);
  EXPECT_NEAR(interval.high, mean(values) + half, 0.1 * half);
}

TEST(Bootstrap, IsSeededAndNarrowsWithItsLevel) {
  const Row values{1.03, 5.11, 2.2, 8.47, 3.31, 9.05, 4.72};  // no two sums alike
  const auto statistic = [&](std::span<const std::size_t> drawn) { return mean(pick(values, drawn)); };
  const Interval one = bootstrap(7, statistic), narrow = bootstrap(7, statistic, {.level = 0.5});
  EXPECT_EQ(one, bootstrap(7, statistic));
  EXPECT_NE(one, bootstrap(7, statistic, {.seed = 2}));
  EXPECT_LT(one.low, narrow.low);
  EXPECT_GT(one.high, narrow.high);
}

TEST(Bootstrap, WithoutItemsOrResamplesSaysNothing) {
  const auto one = [](std::span<const std::size_t>) { return 1.0; };
  EXPECT_EQ(bootstrap(0, one), Interval{});
  EXPECT_EQ(bootstrap(5, one, {.resamples = 0}), Interval{});
  EXPECT_EQ(bootstrap(5, one), (Interval{1, 1}));
}

TEST(Statistics, KolmogorovSmirnovByHand) {
  EXPECT_EQ(kolmogorov_smirnov({1, 2, 3, 4}, {4, 3, 2, 1}), 0);
  EXPECT_EQ(kolmogorov_smirnov({1, 2}, {3, 4, 5}), 1);
  EXPECT_EQ(kolmogorov_smirnov({1, 2, 3, 4}, {3, 4, 5, 6}), 0.5);
  EXPECT_EQ(kolmogorov_smirnov({0, 0, 0, 0}, {0, 0, 0, 1}), 0.25);
  EXPECT_THROW(kolmogorov_smirnov({}, {1}), Error);
}

}  // namespace
}  // namespace s2m
