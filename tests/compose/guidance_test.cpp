#include "compose/guidance.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

namespace s2m {
namespace {

// A bell over the tempos, 16 in the middle.
std::vector<float> plain_tempos() {
  std::vector<float> logits(33);
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const float apart = (static_cast<float>(i) - 16) / 4;
    logits[i] = -apart * apart / 2;
  }
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

TEST(Guidance, ATextThatIsHeardALittleFasterIsPlayedMuchFaster) {
  const auto plain = plain_tempos();
  auto heard = plain;
  for (std::size_t i = 0; i < heard.size(); ++i) heard[i] += 0.01F * static_cast<float>(i);
  const double before = mean_of(heard);
  guide_field(kTempo, heard, plain, 12);
  EXPECT_NEAR(mean_of(plain), 16, 0.1);
  EXPECT_GT(mean_of(heard), before + 1);
}

TEST(Guidance, WhatIsHeardOfARareTempoDoesNotCount) {
  const auto plain = plain_tempos();
  auto heard = plain;
  heard[1] += 0.5F;  // at full distance guidance would play it: 6 nats likelier
  guide_field(kTempo, heard, plain, 12);
  EXPECT_NEAR(mean_of(heard), 16, 0.5);
}

TEST(Guidance, AMajorTextEndsInMajorAndAMinorOneInMinor) {
  const std::array<float, 3> plain{-20, 0.3F, 0};
  std::array<float, 3> bright{-20, 0.5F, 0}, dark{-20, -0.1F, 0};
  guide_field(kMode, bright, plain, 12);
  guide_field(kMode, dark, plain, 12);
  EXPECT_GT(bright[1] - bright[2], 3);
  EXPECT_LT(dark[1] - dark[2], -1);
}

TEST(Guidance, MetreIsLeftAlone) {
  const std::array<float, 3> plain{0, 1, 2};
  std::array<float, 3> heard{0, 2, 1};
  guide_field(kMetre, heard, plain, 12);
  EXPECT_EQ(heard, (std::array<float, 3>{0, 2, 1}));
}

}  // namespace
}  // namespace s2m
