#include "emotion/surrounding_words.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/scratch_folder.h"

namespace s2m {
namespace {

// Two words, the second twice as rare; the first output is 1 for one and -1 for the other.
SurroundingWeights two_words() {
  SurroundingWeights weights{{"gate", "moor"}, {1, 2}, std::vector<float>(2 * kSurroundingOutputs)};
  weights.weights[0] = 1;
  weights.weights[1] = -1;
  return weights;
}

TEST(SurroundingWords, WhatIsRareSpeaksLouder) {
  const SurroundingWords words(two_words());
  EXPECT_FLOAT_EQ(words.read("The GATE was shut.")[0], 1);
  EXPECT_FLOAT_EQ(words.read("a moor")[0], -1);
  EXPECT_FLOAT_EQ(words.read("the gate of the moor")[0], -1 / std::sqrt(5.f)) << "(1 - 2) / root(1 + 4)";
  EXPECT_EQ(words.read("gate").size(), kSurroundingOutputs);
  EXPECT_EQ(words.read("gate")[1], 0);
}

TEST(SurroundingWords, NothingIsSaidOfWhatIsNotKnown) {
  for (const auto& words : {SurroundingWords(), SurroundingWords(two_words())})
    for (const char* text : {"", "a meadow", "\xff\xfe", "..."})
      EXPECT_EQ(words.read(text), std::vector<float>(kSurroundingOutputs)) << text;
}

TEST(SurroundingWords, AFileKeepsThem) {
  const auto path = scratch_folder() / "surroundings.safetensors";
  save_surroundings(two_words(), path);
  const auto kept = load_surroundings(path);
  EXPECT_EQ(kept.words, two_words().words);
  EXPECT_NEAR(SurroundingWords(kept).read("gate and moor")[0],
              SurroundingWords(two_words()).read("gate and moor")[0], 0.01);
  save_surroundings({}, path);
  EXPECT_TRUE(load_surroundings(path).words.empty());
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
