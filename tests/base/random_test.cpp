#include "story2midi/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <random>
#include <set>
#include <vector>

namespace s2m {
namespace {

static_assert(std::uniform_random_bit_generator<Random>);

// The first outputs of the published generator from state 0 (Vigna's splitmix64.c).
TEST(MixBits, IsSplitMix64) {
  EXPECT_EQ(mix_bits(0), 0xe220a8397b1dcdafu);
  EXPECT_EQ(mix_bits(0x9e3779b97f4a7c15u), 0x6e789e6aa1b965f4u);
  EXPECT_EQ(mix_bits(0x3c6ef372fe94f82au), 0x06c45d188009454fu);
}

TEST(RandomBits, DependOnTheKeyAlone) {
  std::vector<std::uint64_t> forward, backward;
  for (std::uint64_t i = 0; i < 100; ++i) forward.push_back(random_bits(7, 3, i));
  for (std::uint64_t i = 100; i-- > 0;) backward.push_back(random_bits(7, 3, i));
  std::reverse(backward.begin(), backward.end());
  EXPECT_EQ(forward, backward);
}

TEST(RandomBits, DifferBySeedStreamAndIndex) {
  std::set<std::uint64_t> values;
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    for (std::uint64_t stream = 0; stream < 20; ++stream)
      for (std::uint64_t index = 0; index < 20; ++index) values.insert(random_bits(seed, stream, index));
  EXPECT_EQ(values.size(), 8000u);
}

TEST(RandomUniform, FillsTheUnitInterval) {
  constexpr int kDraws = 100000;
  std::array<int, 10> bins{};
  double sum = 0;
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    const double value = random_uniform(1, 2, i);
    ASSERT_GE(value, 0.0);
    ASSERT_LT(value, 1.0);
    sum += value;
    ++bins[static_cast<std::size_t>(value * 10)];
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 0.005);
  for (const int count : bins) EXPECT_NEAR(count, kDraws / 10, 500);  // five standard deviations
}

TEST(Random, RepeatsForTheSameSeed) {
  Random first(5, 1), second(5, 1), other(5, 2);
  for (int i = 0; i < 50; ++i) {
    const auto value = first();
    EXPECT_EQ(value, second());
    EXPECT_NE(value, other());
  }
}

TEST(Random, DrawsTheValuesOfItsKey) {
  Random random(5, 1);
  for (std::uint64_t i = 0; i < 10; ++i) EXPECT_EQ(random(), random_bits(5, 1, i));
}

TEST(Random, StaysInRangeAndReachesBothEnds) {
  Random random(11);
  std::set<std::uint64_t> below;
  std::set<int> between;
  for (int i = 0; i < 1000; ++i) {
    below.insert(random.below(6));
    between.insert(random.between(-2, 3));
    EXPECT_EQ(random.below(1), 0u);
    EXPECT_EQ(random.between(4, 4), 4);
  }
  EXPECT_EQ(below, (std::set<std::uint64_t>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(between, (std::set<int>{-2, -1, 0, 1, 2, 3}));
}

TEST(Random, Shuffles) {
  std::vector<int> values(50);
  std::iota(values.begin(), values.end(), 0);
  auto shuffled = values;
  std::shuffle(shuffled.begin(), shuffled.end(), Random(3));
  EXPECT_NE(shuffled, values);
  std::sort(shuffled.begin(), shuffled.end());
  EXPECT_EQ(shuffled, values);
}

}  // namespace
}  // namespace s2m
