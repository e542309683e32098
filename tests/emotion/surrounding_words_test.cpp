#include "story2midi/emotion/surrounding_words.h"

#include <gtest/gtest.h>

#include <cmath>

#include "story2midi/base/error.h"
#include "tests/base/scratch_folder.h"

namespace s2m {
namespace {

// Two words, the second twice as rare; the first output is 1 for one and -1 for the other.
SurroundingWeights two_words() {
  SurroundingWeights weights{"gate\nmoor\n", {1, 2}, std::vector<float>(2 * kSurroundingOutputs)};
  weights.weights[0] = 1;
  weights.weights[kSurroundingOutputs] = -1;
  return weights;
}

SurroundingWords saved(const SurroundingWeights& weights) {
  const auto path = scratch_folder() / "surroundings.safetensors";
  save_surroundings(weights, path);
  return SurroundingWords(path);
}

TEST(SurroundingWords, WhatIsRareSpeaksLouder) {
  const auto words = saved(two_words());
  constexpr float kNear = 0.01F;
  EXPECT_NEAR(words.read("The GATE was shut.")[0], 1, kNear);
  EXPECT_NEAR(words.read("a moor")[0], -1, kNear);
  EXPECT_NEAR(words.read("the gate of the moor")[0], -1 / std::sqrt(5.), kNear) << "(1 - 2) / root(1 + 4)";
  EXPECT_EQ(words.read("gate").size(), kSurroundingOutputs);
  EXPECT_EQ(words.read("gate")[1], 0);
}

TEST(SurroundingWords, NothingIsSaidOfWhatIsNotKnown) {
  for (const auto& words : {SurroundingWords(), saved({}), saved(two_words())})
    for (const char* text : {"", "a meadow", "\xff\xfe", "..."})
      EXPECT_EQ(words.read(text), std::vector<float>(kSurroundingOutputs)) << text;
}

TEST(SurroundingWords, AFileKeepsThem) {
  const auto path = scratch_folder() / "kept.safetensors";
  save_surroundings(two_words(), path);
  const auto kept = load_surroundings(path);
  EXPECT_EQ(kept.words, two_words().words);
  for (std::size_t i = 0; i < kept.weights.size(); ++i)
    EXPECT_NEAR(kept.weights[i], two_words().weights[i], 0.01) << i;
  save_surroundings({}, path);
  EXPECT_TRUE(load_surroundings(path).words.empty());
}

TEST(SurroundingWords, WordsStandInOrderEachOnce) {
  EXPECT_EQ(KnownWords("gate\nmoor\n").size(), 2u);
  EXPECT_THROW(KnownWords("moor\ngate\n"), Error);
  EXPECT_THROW(KnownWords("moor\nmoor\n"), Error);
}

TEST(SurroundingWords, WordsWithoutTheirWeightsAreRefused) {
  const auto path = scratch_folder() / "no_weights.safetensors";
  save_model(path, {{"surroundings", "gate\n"}}, {}, DataType::kI8);
  EXPECT_THROW(load_surroundings(path), Error);
  save_model(path, {{"kind", "ngrams"}}, {}, DataType::kI8);
  EXPECT_THROW(load_surroundings(path), Error);
}

}  // namespace
}  // namespace s2m
