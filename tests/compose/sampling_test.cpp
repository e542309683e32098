// Choosing among logits.
#include "story2midi/compose/sampling.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "story2midi/base/error.h"
#include "story2midi/base/random.h"

namespace s2m {
namespace {

const std::vector<float> kLogits{std::log(0.5f), std::log(0.1f), std::log(0.3f), std::log(0.1f)};

std::array<double, 4> shares(const Sampling& sampling, const std::function<bool(int)>& allowed) {
  std::array<double, 4> counts{};
  constexpr int kDraws = 20'000;
  for (int i = 0; i < kDraws; ++i)
    counts[static_cast<std::size_t>(choose(kLogits, allowed, sampling, (i + 0.5) / kDraws))] += 1.0 / kDraws;
  return counts;
}

bool any(int) { return true; }

TEST(Sampling, FollowsTheOdds) {
  const auto share = shares({1, 1}, any);
  EXPECT_NEAR(share[0], 0.5, 1e-3);
  EXPECT_NEAR(share[1], 0.1, 1e-3);
  EXPECT_NEAR(share[2], 0.3, 1e-3);
  EXPECT_NEAR(share[3], 0.1, 1e-3);
}

TEST(Sampling, TemperatureZeroTakesTheLikeliestThatIsAllowed) {
  for (double uniform = 0; uniform < 1; uniform += 0.1) {
    EXPECT_EQ(choose(kLogits, any, {0, 1}, uniform), 0);
    EXPECT_EQ(choose(
                  kLogits, [](int v) { return v != 0; }, {0, 1}, uniform),
              2);
  }
}

TEST(Sampling, LowTemperatureSharpensAndHighFlattens) {
  EXPECT_GT(shares({0.5, 1}, any)[0], 0.65);
  EXPECT_LT(shares({3, 1}, any)[0], 0.4);
}

TEST(Sampling, TheNucleusHoldsTheLikeliestOnly) {
  const auto share = shares({1, 0.75}, any);
  EXPECT_NEAR(share[0], 0.625, 1e-3);
  EXPECT_NEAR(share[2], 0.375, 1e-3);
  EXPECT_NEAR(shares({1, 0.01}, any)[0], 1, 1e-9);
}

TEST(Sampling, WhatIsNotAllowedNeverComes) {
  const auto share = shares({1, 1}, [](int v) { return v == 1 || v == 3; });
  EXPECT_NEAR(share[1], 0.5, 1e-3);
  EXPECT_NEAR(share[3], 0.5, 1e-3);
  EXPECT_THROW(choose(
                   kLogits, [](int) { return false; }, {1, 1}, 0.5),
               Error);
}

TEST(Sampling, StandsExtremeLogits) {
  const std::vector<float> wild{-1e30f, 1e30f, 0};
  EXPECT_EQ(choose(wild, any, {1, 0.9}, 0.999999), 1);
}

}  // namespace
}  // namespace s2m
