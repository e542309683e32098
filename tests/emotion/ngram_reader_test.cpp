#include "emotion/ngram_reader.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/error.h"
#include "base/scratch_folder.h"
#include "emotion/emotion_reader.h"
#include "emotion/lexicon.h"
#include "emotion/ngrams.h"
#include "emotion/tiny_encoder.h"

namespace s2m {
namespace {

constexpr std::uint32_t kBuckets = 4096;

// "storm" is unpleasant on the common scale, '!' in the features' fifth place exciting, label 3 likely.
NgramWeights stormy() {
  NgramWeights weights{kBuckets,
                       std::vector<float>(kBuckets, 1),
                       std::vector<float>(kNgramOutputs * kBuckets),
                       std::vector<float>(kNgramOutputs * kLexiconFeatures),
                       std::vector<float>(kNgramOutputs),
                       {{0.5, 1, 0}, 0.5}};
  weights.weights[count_ngrams("storm", kBuckets).words.front().bucket] = -4;
  weights.features[kLexiconFeatures + 4] = 3;
  weights.biases[2 * kReadingScales + 3] = 2;
  return weights;
}

std::filesystem::path saved(const NgramWeights& weights) {
  const auto path = scratch_folder() / "ngrams.safetensors";
  save_ngram_reader(weights, path);
  return path;
}

constexpr LexiconFeatures kNone{};

TEST(NgramReaderTest, AWordAndAFeatureMoveTheirOutput) {
  const NgramReader reader(saved(stormy()));
  const auto calm = reader.read("a quiet sea", kNone, ReadingScale::kCommon);
  const auto storm = reader.read("a storm", kNone, ReadingScale::kCommon);
  EXPECT_DOUBLE_EQ(calm.valence, 0);
  EXPECT_LT(storm.valence, -0.5);
  EXPECT_DOUBLE_EQ(storm.arousal, 0);
  EXPECT_DOUBLE_EQ(reader.read("a storm", kNone, ReadingScale::kTales).valence, 0);
  LexiconFeatures shouted{};
  shouted[4] = 1;
  EXPECT_GT(reader.read("a storm", shouted, ReadingScale::kCommon).arousal, 0.5);
  ASSERT_EQ(calm.labels.size(), kNgramLabels);
  EXPECT_NEAR(calm.labels[3], 0.88, 0.01);
  EXPECT_NEAR(calm.labels[4], 0.5, 1e-9);
}

TEST(NgramReaderTest, JoinsByItsShares) {
  const Emotion encoder{0.4, -0.2, {0.2, 0.6}}, ngrams{-0.2, 0.6, {0.4, 0}};
  const NgramShares shares{{0.5, 1, 0}, 0.25};
  EXPECT_NEAR(join(encoder, ngrams, shares, ReadingScale::kCommon).valence, 0.1, 1e-12);
  EXPECT_NEAR(join(encoder, ngrams, shares, ReadingScale::kEmobank).arousal, 0.6, 1e-12);
  const auto tales = join(encoder, ngrams, shares, ReadingScale::kTales);
  EXPECT_EQ(tales.valence, 0.4);
  EXPECT_NEAR(tales.labels[0], 0.25, 1e-12);
  EXPECT_NEAR(tales.labels[1], 0.45, 1e-12);
}

TEST(NgramReaderTest, AReaderOfStoriesReadsWithIt) {
  auto config = tiny_encoder_config();
  config.features = static_cast<int>(kLexiconFeatures);
  const auto folder = scratch_folder() / "models";
  std::filesystem::create_directories(folder);
  save_encoder(folder / "encoder.safetensors", config);
  const auto alone = EmotionReader::of_models(folder, 1);
  save_ngram_reader(stormy(), folder / "ngrams.safetensors");
  const auto both = EmotionReader::of_models(folder, 1);
  EXPECT_LT(both.read("The storm was black.").valence, alone.read("The storm was black.").valence / 2);
  EXPECT_EQ(both.read_story("The storm was black. She laughed."),
            EmotionReader::of_models(folder, 3).read_story("The storm was black. She laughed."));
}

TEST(NgramReaderTest, RefusesAnEncoderOfOtherLabels) {
  auto config = tiny_encoder_config();
  config.features = static_cast<int>(kLexiconFeatures);
  config.labels = 30;
  const auto encoder = scratch_folder() / "other_labels.safetensors";
  save_encoder(encoder, config);
  EXPECT_NO_THROW(EmotionReader(encoder, 1));
  EXPECT_THROW(EmotionReader(encoder, 1, saved(stormy())), Error);
}

TEST(NgramReaderTest, RefusesWhatIsNotAsItShouldBe) {
  EXPECT_THROW(NgramReader("nowhere.safetensors"), Error);
  auto weights = stormy();
  weights.shares.labels = 1.5;
  EXPECT_THROW(NgramReader{saved(weights)}, Error);
  const NgramReader reader(saved(stormy()));
  EXPECT_THROW(reader.read("a storm", {}, ReadingScale::kCommon), Error);
  const TinyEncoder encoder;
  EXPECT_THROW(NgramReader{encoder.path()}, Error);
}

}  // namespace
}  // namespace s2m
