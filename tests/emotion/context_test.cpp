// What stands around a passage: weights by words and distance.
#include "story2midi/emotion/context.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace s2m {
namespace {

TEST(Context, ARowAmongEqualsStaysAsItIs) {
  const std::vector<double> words{3, 40, 1};
  for (const auto& row : in_context(words, {{1, -2}, {1, -2}, {1, -2}}, 10)) {
    EXPECT_DOUBLE_EQ(row[0], 1);
    EXPECT_DOUBLE_EQ(row[1], -2);
  }
}

TEST(Context, HalvesWithEachDistanceAndWeighsByWords) {
  // Middles at 5 and 20: fifteen words apart, halved each 15.
  const auto rows = in_context(std::vector<double>{10, 20}, {{1}, {0}}, 15);
  EXPECT_DOUBLE_EQ(rows[0][0], 10 / (10 + 20 * 0.5));
  EXPECT_DOUBLE_EQ(rows[1][0], 10 * 0.5 / (10 * 0.5 + 20));
}

TEST(Context, WhatIsFarDoesNotCount) {
  // Middles at 5, 50 and 95: only eight times six words away is still looked at.
  const auto rows = in_context(std::vector<double>{10, 80, 10}, {{0}, {0}, {1}}, 6);
  EXPECT_EQ(rows[0][0], 0);
  EXPECT_GT(rows[1][0], 0);
}

TEST(Context, AWiderOneIsFlatter) {
  PassageRows story;
  for (int i = 0; i < 40; ++i) story.push_back({i % 8 < 4 ? 1.0 : -1.0});
  const std::vector<double> words(story.size(), 10);
  const auto swing = [&](double half) {
    double sum = 0;
    for (const auto& row : in_context(words, story, half)) sum += std::abs(row[0]);
    return sum;
  };
  EXPECT_GT(swing(5), swing(20));
  EXPECT_GT(swing(20), swing(80));
}

TEST(Context, EmotionsAreFeltWithAllTheyHold) {
  const std::vector<Passage> passages{{"one two", 0, 0}, {"three four", 0, 0}};
  const std::vector<Emotion> read{{1, 0, {0.5}}, {0, -1, {0}}};
  const auto felt = feel_in_context(passages, read);
  const double own = 1 / (1 + std::exp2(-2.0 / kContextHalfWords));
  EXPECT_DOUBLE_EQ(felt[0].valence, own);
  EXPECT_DOUBLE_EQ(felt[1].arousal, -own);
  EXPECT_DOUBLE_EQ(felt[0].labels[0], 0.5 * own);
  EXPECT_TRUE(feel_in_context({}, {}).empty());
}

}  // namespace
}  // namespace s2m
