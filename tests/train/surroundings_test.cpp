#include "train/data/surroundings.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "story2midi/base/error.h"
#include "story2midi/emotion/ngrams.h"
#include "tests/base/scratch_folder.h"
#include "tests/emotion/stacking_weights.h"
#include "train/words/sparse_ridge.h"
#include "train/words/surrounding_words_training.h"

namespace s2m::train {
namespace {

constexpr std::uint32_t kBuckets = 4096;
constexpr std::size_t kValence = 0;

// A reader to whom "wept" alone is unpleasant.
NgramReader tearful() {
  auto weights = silent_reader(kBuckets);
  weights.weights[count_ngrams("wept", kBuckets).words.front().bucket] = -8;
  const auto path = scratch_folder() / "tearful.safetensors";
  save_ngram_reader(weights, path);
  return NgramReader(path);
}

// Stories in which who weeps stands on a moor, and others walk in a garden.
std::filesystem::path stories() {
  const auto path = scratch_folder() / "stories.txt";
  std::ofstream out(path);
  for (int i = 0; i < 60; ++i) {
    for (int k = 0; k < 12; ++k) out << "They crossed the moor. She wept.\n";
    for (int k = 0; k < 12; ++k) out << "They crossed the garden. She slept.\n\n";
  }
  return path;
}

Sentences sentences() { return read_sentences(stories(), tearful(), Lexicon("unheard\t1\n", "list")); }

TEST(Surroundings, SentencesAreReadInTheirOrder) {
  const auto read = sentences();
  ASSERT_EQ(read.texts.size(), 60u * 48);
  EXPECT_EQ(read.texts[1], "She wept.");
  EXPECT_EQ(read.words[0], 4);
  EXPECT_LT(read.said[kNgramOutputs + kValence], -0.5);
  EXPECT_EQ(read.said[kValence], 0);
  EXPECT_THROW(read_sentences("nowhere.txt", tearful(), Lexicon("unheard\t1\n", "list")), Error);
}

TEST(Surroundings, AreWhatStandsAroundAndNotTheSentence) {
  auto read = sentences();
  const auto around = surroundings_of(read);
  double sum = 0, squares = 0;
  for (std::size_t i = kValence; i < around.size(); i += kNgramOutputs) {
    sum += around[i];
    squares += double{around[i]} * around[i];
  }
  EXPECT_NEAR(sum / static_cast<double>(read.texts.size()), 0, 1e-3);
  EXPECT_NEAR(squares / static_cast<double>(read.texts.size()), 1, 1e-3);
  const std::size_t middle = 12;  // of the first stretch on the moor
  EXPECT_LT(around[middle * kNgramOutputs], -0.5);
  // Its own reading has no part in it, but for what all columns' means and deviations are.
  read.said[middle * kNgramOutputs] = 1;
  const auto changed = surroundings_of(read);
  EXPECT_NEAR(changed[middle * kNgramOutputs], around[middle * kNgramOutputs], 0.05);
  EXPECT_GT(changed[(middle + 1) * kNgramOutputs], around[(middle + 1) * kNgramOutputs] + 0.1);
}

TEST(Surroundings, AWordIsKnownByWhatItStandsAmong) {
  const auto path = scratch_folder() / "surroundings.safetensors";
  save_surroundings(train_surrounding_words(sentences(), {.penalty = 1}), path);
  const SurroundingWords words(path);
  EXPECT_LT(words.read("the moor")[kValence], words.read("the garden")[kValence] - 0.5);
  EXPECT_THROW(train_surrounding_words(sentences(), {.fewest_sentences = 1 << 20}), Error);
}

// Three rows, two columns, two outputs: the normal equations by hand.
TEST(SparseRidge, FindsTheMinimum) {
  SparseRows rows;
  const NgramValue values[][2] = {{{0, 1.f}, {1, 1.f}}, {{0, 1.f}, {1, 0.f}}, {{0, 0.f}, {1, 2.f}}};
  for (const auto& row : values) rows.add(row);
  const std::vector<float> targets{1, 0, 2, 1, 0, -1};
  // (A'A + I) = [[3, 1], [1, 6]]; A'y = [3, 1] and [1, -2].
  const auto weights = fit_sparse_ridge({rows, targets, 2, 2, 1, 10});
  EXPECT_NEAR(weights[0], 17.0 / 17, 1e-5);
  EXPECT_NEAR(weights[2], 0, 1e-5);
  EXPECT_NEAR(weights[1], 8.0 / 17, 1e-5);
  EXPECT_NEAR(weights[3], -7.0 / 17, 1e-5);
}

}  // namespace
}  // namespace s2m::train
