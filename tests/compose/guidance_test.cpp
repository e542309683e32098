#include "story2midi/compose/guidance.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

namespace s2m {
namespace {

// A bell over the values, 16 in the middle.
std::vector<float> plain_odds() {
  std::vector<float> logits(33);
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const float apart = (static_cast<float>(i) - 16) / 4;
    logits[i] = -apart * apart / 2;
  }
  return logits;
}

constexpr Guidance kGuidance{.strength = 12, .tempo_trend = -0.034};

// The same with a trend a value.
std::vector<float> trending(float slope) {
  auto logits = plain_odds();
  for (std::size_t i = 0; i < logits.size(); ++i) logits[i] += slope * static_cast<float>(i);
  return logits;
}

double mean_of(const std::vector<float>& logits) {
  double total = 0, sum = 0;
  for (std::size_t i = 1; i < logits.size(); ++i) {
    total += std::exp(logits[i]);
    sum += std::exp(logits[i]) * static_cast<double>(i);
  }
  return sum / total;
}

double guided(BarField field, std::vector<float> heard) {
  guide_field(field, heard, plain_odds(), kGuidance);
  return mean_of(heard);
}

TEST(Guidance, TheTrendIsTheSlopeWhereAValueIsExpected) {
  EXPECT_EQ(trend_of(plain_odds(), plain_odds()), 0);
  EXPECT_NEAR(trend_of(trending(0.25F), plain_odds()), 0.25, 1e-5);
  auto heard = trending(-0.034F);
  heard[1] += 0.5F;
  EXPECT_NEAR(trend_of(heard, plain_odds()), -0.034, 0.005);
}

TEST(Guidance, ATextThatIsHeardALittleHigherIsPlayedMuchHigher) {
  EXPECT_NEAR(mean_of(plain_odds()), 16, 0.1);
  for (const auto field : {kTempo, kRegister})
    EXPECT_GT(guided(field, trending(0.01F)), mean_of(trending(0.01F)) + 1);
}

TEST(Guidance, WhatIsHeardOfARareValueDoesNotCount) {
  auto heard = plain_odds();
  heard[1] += 0.5F;  // at full distance guidance would play it: 6 nats likelier
  EXPECT_NEAR(guided(kRegister, heard), 16, 0.5);
  heard = trending(-0.034F);  // the tempo of any text
  heard[1] += 0.5F;
  EXPECT_NEAR(guided(kTempo, heard), mean_of(trending(-0.034F)), 0.5);
}

TEST(Guidance, ATextAsSlowAsMostIsPlayedAsItIsHeard) {
  EXPECT_NEAR(guided(kTempo, trending(-0.034F)), mean_of(trending(-0.034F)), 0.1);
  EXPECT_GT(guided(kTempo, trending(-0.02F)), 17);
  EXPECT_LT(guided(kTempo, trending(-0.05F)), 14);
}

// Most texts are set in minor: a bright one is brighter than these.
TEST(Guidance, AMajorTextEndsInMajorAndAMinorOneInMinor) {
  std::vector<float> bright(25), dark(25);
  const auto major = static_cast<std::size_t>(local_key_value({0, Mode::kMajor}, {0, Mode::kMajor}));
  bright[major] = -0.1F, dark[major] = -0.7F;
  constexpr Guidance kUsual{.strength = 12, .mode_odds = -0.4};
  const std::vector<float> plain(25);
  guide_field(kLocalKey, bright, plain, kUsual);
  guide_field(kLocalKey, dark, plain, kUsual);
  EXPECT_GT(mode_odds_of(bright), 3);
  EXPECT_LT(mode_odds_of(dark), -3);
}

TEST(Guidance, WhatATextIsFeltToBeIsLeastAMatterOfChance) {
  for (const auto felt : {kLocalKey, kValence, kArousal, kTempo})
    for (const auto level : {kDensity, kThickness, kRegister}) {
      EXPECT_LT(guided_temperature(felt), guided_temperature(level));
      EXPECT_LT(guided_temperature(level), 1);
      EXPECT_GT(guided_temperature(felt), 0) << "seeds may differ";
    }
  EXPECT_EQ(guided_temperature(kMetre), 1);
}

TEST(Guidance, MetreIsLeftAlone) {
  const std::array<float, 3> plain{0, 1, 2};
  std::array<float, 3> heard{0, 2, 1};
  guide_field(kMetre, heard, plain, kGuidance);
  EXPECT_EQ(heard, (std::array<float, 3>{0, 2, 1}));
}

}  // namespace
}  // namespace s2m
