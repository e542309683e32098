// Expected values: scipy (binomtest, norm.ppf), statsmodels (proportion_confint); examples of the papers named.
#include "lab/statistics/agreement.h"

#include <gtest/gtest.h>

namespace s2m {
namespace {

TEST(Wilson, IntervalsOfKnownShares) {
  const auto interval = wilson_interval({8, 10});
  EXPECT_NEAR(interval.low, .490162, 1e-6);
  EXPECT_NEAR(interval.high, .943317, 1e-6);
  EXPECT_EQ(wilson_interval({0, 10}).low, 0);
  EXPECT_NEAR(wilson_interval({0, 10}).high, .277533, 1e-6);
  EXPECT_EQ(wilson_interval({}), (Interval{0, 1}));
}

TEST(Binomial, ExactTestsAndPower) {
  EXPECT_NEAR(binomial_test({8, 10}, .5), .109375, 1e-9);
  EXPECT_NEAR(binomial_test({10, 30}, .25), .294463, 1e-6);
  EXPECT_NEAR(binomial_tail({10, 30}, .25), .196593, 1e-6);
  EXPECT_NEAR(binomial_tail({0, 30}, .25), 1, 1e-12);
  // 15 of 20 are needed; P(X >= 15) at .75.
  EXPECT_NEAR(binomial_power(20, .5, .75), .617173, 1e-6);
  EXPECT_EQ(binomial_power(2, .5, .9), 0);
}

TEST(DPrime, IsTheDifferenceOfNormalQuantiles) {
  EXPECT_NEAR(normal_quantile(.975), 1.959963984540054, 1e-12);
  EXPECT_NEAR(normal_quantile(.001), -3.090232306167813, 1e-12);
  EXPECT_NEAR(d_prime({20, 25}, {10, 25}), normal_quantile(20.5 / 26) - normal_quantile(10.5 / 26), 1e-12);
  EXPECT_NEAR(d_prime({5, 10}, {5, 10}), 0, 1e-12);
}

TEST(Krippendorff, AlphaOfTheExampleOfHisPaper) {
  // Krippendorff (2011), example C: four observers, twelve units.
  const std::optional<double> none;
  const Ratings ratings{{1, 2, 3, 3, 2, 1, 4, 1, 2, none, none, none},
                        {1, 2, 3, 3, 2, 2, 4, 1, 2, 5, none, 3},
                        {none, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, none},
                        {1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, none}};
  EXPECT_NEAR(krippendorff_alpha(ratings, RatingScale::kNominal), .743, 5e-4);
  EXPECT_NEAR(krippendorff_alpha(ratings, RatingScale::kInterval), .849, 5e-4);
}

TEST(IntraclassCorrelation, OfTheExampleOfShroutAndFleiss) {
  // Shrout and Fleiss (1979), table 2: ICC(2,1) = .29.
  const Ratings ratings{{9, 6, 8, 7, 10, 6}, {2, 1, 4, 1, 5, 2}, {5, 3, 6, 2, 6, 4}, {8, 2, 8, 6, 9, 7}};
  EXPECT_NEAR(intraclass_correlation(ratings).value(), .29, 5e-3);
  EXPECT_FALSE(intraclass_correlation({{1, 2, 3}}));
}

}  // namespace
}  // namespace s2m
