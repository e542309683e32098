#include "story2midi/nn/rotary.h"

#include <gtest/gtest.h>

#include <cmath>

#include "story2midi/base/random.h"
#include "story2midi/nn/layers.h"

namespace s2m {
namespace {

TEST(Rotary, TurnsByTheAngleOfThePosition) {
  const RotaryPositions rotary(6, 100.f);
  ASSERT_EQ(rotary.head_width(), 6u);
  for (const std::int64_t position : {0, 1, 63, 64, 65, 4095, 4096, 4097, 1'000'003}) {
    Floats rotation(6);
    rotary.rotation_at(position, rotation);
    for (std::size_t i = 0; i < 3; ++i) {
      const double angle = static_cast<double>(position) * std::pow(100.0, -2.0 * static_cast<double>(i) / 6);
      EXPECT_NEAR(rotation[i], std::cos(angle), 1e-7) << position;
      EXPECT_NEAR(rotation[3 + i], std::sin(angle), 1e-7) << position;
    }
  }
}

TEST(Rotary, KeepsLengthsAndDependsOnDistanceAlone) {
  Random random(9);
  const RotaryPositions rotary(8, 10000.f);
  Floats q(8), k(8);
  for (float& value : q) value = static_cast<float>(random.uniform() - 0.5);
  for (float& value : k) value = static_cast<float>(random.uniform() - 0.5);
  const auto turned = [&](Floats head, std::int64_t position) {
    Floats rotation(head.size());
    rotary.rotation_at(position, rotation);
    rotate(head, rotation);
    return head;
  };
  const auto product = [&](std::int64_t at_q, std::int64_t at_k) {
    const auto a = turned(q, at_q), b = turned(k, at_k);
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
  };
  EXPECT_NEAR(product(0, 0), product(123456, 123456), 1e-5);
  EXPECT_NEAR(product(7, 3), product(100007, 100003), 1e-5);
  EXPECT_GT(std::abs(product(7, 3) - product(7, 4)), 1e-4);
}

}  // namespace
}  // namespace s2m
