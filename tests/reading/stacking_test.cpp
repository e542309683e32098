#include "story2midi/emotion/stacking.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "story2midi/base/error.h"
#include "story2midi/emotion/ngram_reader.h"
#include "story2midi/reading/emotion_reader.h"
#include "tests/base/scratch_folder.h"
#include "tests/emotion/stacking_weights.h"
#include "tests/reading/tiny_encoder.h"

namespace s2m {
namespace {

constexpr std::size_t kNear = kSingleColumns, kPlace = kStoryColumns - kPlaceColumns;

// In which all says `level`.
NgramReading reading(double level) {
  return {std::vector<double>(kNgramOutputs, level), std::vector<double>(kReaderFeatures, level)};
}

Stacking saved(const StackingWeights& weights) {
  const auto path = scratch_folder() / "stacking.safetensors";
  save_model(path, {}, tensors_of(weights), DataType::kI8);
  return Stacking(ModelFile(path));
}

constexpr std::size_t kValence = 0, kArousal = 1;

TEST(Stacking, ATextByItselfIsAWeightedSum) {
  auto weights = no_stacking();
  weight_of(weights.emobank, kValence, 0) = 0.5;
  weight_of(weights.emobank, kValence, kSingleColumns - 1) = 0.25;
  weight_of(weights.emobank, kValence, kSingleColumns) = 0.1F;
  weight_of(weights.emobank, kArousal, kSingleColumns) = -3;
  weight_of(weights.common, kArousal, kSingleColumns) = -3;
  weight_of(weights.labels, 3, kSingleColumns) = 0.75;
  weight_of(weights.labels, 4, kSingleColumns) = -0.75;
  const auto stacked = saved(weights);
  const auto levels = stacked.read(reading(0.4), ReadingScale::kEmobank);
  ASSERT_TRUE(levels);
  EXPECT_NEAR(levels->valence, 0.4, 1e-6);
  EXPECT_EQ(levels->arousal, -3) << "as far as EmoBank's readers went";
  EXPECT_EQ(stacked.read(reading(0.4), ReadingScale::kCommon)->arousal, -1) << "the plane ends there";
  EXPECT_FALSE(stacked.read(reading(0.4), ReadingScale::kTales));
  const auto labels = stacked.read_labels(reading(0.4));
  ASSERT_EQ(labels.size(), kLabelCount);
  EXPECT_EQ(labels[3], 0.75);
  EXPECT_EQ(labels[4], 0) << "a probability";
}

TEST(Stacking, AStoryIsReadWithWhatStandsAroundAndWhere) {
  auto weights = no_stacking();
  weight_of(weights.tales, kValence, kNear) = 1;
  weight_of(weights.tales, kArousal, kPlace) = 1;
  weight_of(weights.stories, kValence, 0) = 1;
  weight_of(weights.stories, kArousal, kPlace + 1) = 1;
  const auto stacked = saved(weights);
  const std::vector<double> words(3, 10);
  const std::vector<NgramReading> story{reading(0), reading(1), reading(0)};
  const auto tales = stacked.read_story(words, story, ReadingScale::kTales);
  ASSERT_EQ(tales.size(), 3u);
  EXPECT_GT(tales[0].valence, 0.1) << "coloured by its neighbour";
  EXPECT_LT(tales[1].valence, 0.9);
  EXPECT_DOUBLE_EQ(tales[0].arousal, 0);
  EXPECT_DOUBLE_EQ(tales[1].arousal, 0.5);
  EXPECT_DOUBLE_EQ(tales[2].arousal, 1);
  const auto common = stacked.read_story(words, story, ReadingScale::kCommon);
  EXPECT_EQ(common[0].valence, 0);
  EXPECT_EQ(common[1].valence, 1);
  EXPECT_GT(common[2].arousal, common[1].arousal) << "nearer to the end";
  EXPECT_TRUE(stacked.read_story(words, story, ReadingScale::kEmobank).empty());
}

// Around a row that was learned, and nowhere else.
TEST(Stacking, ABumpSaysSomethingNearItsTextAlone) {
  auto weights = no_stacking();
  weights.emobank.landmarks.assign(kSingleColumns, 1);
  weights.emobank.weights.assign(2 * (kSingleColumns + 2), 0);
  weights.emobank.weights[kSingleColumns] = 0.5;
  const auto stacked = saved(weights);
  const auto read = [&](double level) {
    return stacked.read(reading(level), ReadingScale::kEmobank)->valence;
  };
  EXPECT_NEAR(read(1), 0.5, 1e-3);
  EXPECT_NEAR(read(1 + kBumpWidth), 0.5 / std::exp(1), 1e-3);
  EXPECT_NEAR(read(1 - kBumpWidth), 0.5 / std::exp(1), 1e-3);
  EXPECT_LT(read(-3), 1e-3);
  EXPECT_EQ(read(kFarthestDeviations), read(100)) << "beyond that a column says no more";
}

TEST(Stacking, RowsAreOfTheirColumns) {
  EXPECT_EQ(single_row(reading(1)).size(), kSingleColumns);
  const std::vector<NgramReading> one{reading(1)};
  const auto rows = story_rows(std::vector<double>{5}, one);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].size(), kStoryColumns);
}

// A reader that says nothing but what is stacked on it, with all shares.
NgramWeights silent(const StackingWeights& stacked) {
  auto weights = silent_reader(64, {{1, 1, 1}, 1});
  weights.stacked = stacked;
  return weights;
}

TEST(Stacking, GradesStoriesAndNotASingleText) {
  auto stacked = no_stacking();
  weight_of(stacked.stories, kValence, kStoryColumns) = 0.75;
  weight_of(stacked.stories, kArousal, kStoryColumns) = -0.5;
  weight_of(stacked.emobank, kValence, kSingleColumns) = 0.25;
  weight_of(stacked.labels, 3, kSingleColumns) = 0.5;
  auto config = tiny_encoder_config();
  config.features = static_cast<int>(kLexiconFeatures);
  const auto encoder = scratch_folder() / "encoder.safetensors",
             ngrams = scratch_folder() / "ngrams.safetensors";
  save_encoder(encoder, config);
  save_ngram_reader(silent(stacked), ngrams);
  const EmotionReader reader(encoder, 1, ngrams);
  const auto curve =
      reader
          .read(story_of(
              "The storm was black and the sea was cold, and all the dogs of the town ran away in fear.\n\n"
              "Then she laughed, and the sun was warm, and the birds sang in the tall trees of the garden."))
          .curve;
  ASSERT_EQ(curve.points.size(), 2u);
  for (const auto& [passage, emotion] : curve.points) {
    EXPECT_EQ(emotion.valence, 0.75);
    EXPECT_EQ(emotion.arousal, -0.5);
    EXPECT_NEAR(emotion.labels[3], 0.5, 1e-9);
  }
  EXPECT_EQ(reader.read("She laughed.").valence, 0);
  EXPECT_EQ(reader.read(story_of("She laughed.")).curve.points.front().emotion, reader.read("She laughed."));
  EXPECT_EQ(reader.on(ReadingScale::kEmobank).read("She laughed.").valence, 0.25);
}

TEST(Stacking, IsRefusedWhenAWeightIsMissingOrMeansNothing) {
  auto stacked = no_stacking();
  stacked.emobank.deviations[3] = 0;
  EXPECT_THROW(saved(stacked), Error) << "a column that cannot be standardised";
  stacked.emobank.deviations[3] = 1;
  stacked.stories.landmarks.resize(2 * kStoryColumns);
  EXPECT_THROW(saved(stacked), Error) << "landmarks without their weights";
  stacked.stories.landmarks.clear();
  stacked.tales.weights.pop_back();
  EXPECT_THROW(saved(stacked), Error);
  const TinyEncoder encoder;
  EXPECT_THROW(Stacking(ModelFile(encoder.path())), Error);
}

}  // namespace
}  // namespace s2m
