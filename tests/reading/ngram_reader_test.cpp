#include "story2midi/emotion/ngram_reader.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <span>
#include <vector>

#include "story2midi/base/error.h"
#include "story2midi/emotion/lexicon.h"
#include "story2midi/emotion/ngrams.h"
#include "story2midi/reading/emotion_reader.h"
#include "tests/base/scratch_folder.h"
#include "tests/emotion/stacking_weights.h"
#include "tests/reading/tiny_encoder.h"

namespace s2m {
namespace {

constexpr std::uint32_t kBuckets = 4096;

// "storm" is unpleasant on the common scale, '!' in the features' fifth place exciting, label 3 likely; what
// is stacked on it repeats it.
NgramWeights stormy() {
  auto weights = silent_reader(kBuckets, {{0.5, 1, 0}, 0.5});
  weights.weights[count_ngrams("storm", kBuckets).words.front().bucket] = -4;
  weights.features[kLexiconFeatures + 4] = 3;
  weights.biases[2 * kReadingScales + 3] = 2;
  for (std::size_t output = 0; output < 2; ++output) weight_of(weights.stacked.common, output, output) = 1;
  for (std::size_t label = 0; label < kLabelCount; ++label)
    weight_of(weights.stacked.labels, label, 2 * kReadingScales + label) = 1;
  return weights;
}

std::filesystem::path saved(const NgramWeights& weights) {
  const auto path = scratch_folder() / "ngrams.safetensors";
  save_ngram_reader(weights, path);
  return path;
}

constexpr LexiconFeatures kNone{};
constexpr std::size_t kFirstSurrounding = kReaderFeatures - kSurroundingOutputs;
constexpr std::size_t kValence = 0, kArousal = 1, kTalesValence = 4, kFirstLabel = 2 * kReadingScales;

TEST(NgramReaderTest, AWordAndAFeatureMoveTheirOutput) {
  const NgramReader reader(saved(stormy()));
  const auto calm = reader.read("a quiet sea", kNone).said, storm = reader.read("a storm", kNone).said;
  ASSERT_EQ(calm.size(), kNgramOutputs);
  EXPECT_DOUBLE_EQ(calm[kValence], 0);
  EXPECT_LT(storm[kValence], -0.5);
  EXPECT_DOUBLE_EQ(storm[kArousal], 0);
  EXPECT_DOUBLE_EQ(storm[kTalesValence], 0);
  auto shouted = kNone;
  shouted[4] = 1;
  EXPECT_GT(reader.read("a storm", shouted).said[kArousal], 0.5);
  EXPECT_EQ(reader.read("a storm", shouted).features[4], 1);
  EXPECT_NEAR(calm[kFirstLabel + 3], 0.88, 0.01);
  EXPECT_NEAR(calm[kFirstLabel + 4], 0.5, 1e-9);
}

// "moor" stands among what is unpleasant, and no labelled text has it.
TEST(NgramReaderTest, AWordIsReadByWhatItStandsAmong) {
  auto weights = stormy();
  weights.surroundings = {"moor\n", {1}, std::vector<float>(kSurroundingOutputs)};
  weights.surroundings.weights[0] = -2;
  weight_of(weights.stacked.emobank, 0, kNgramOutputs + kFirstSurrounding) = 0.25;
  const NgramReader reader(saved(weights));
  const auto moor = reader.read("a moor", kNone), meadow = reader.read("a meadow", kNone);
  EXPECT_NEAR(moor.features[kFirstSurrounding], -2, 0.02);
  EXPECT_NEAR(reader.stacked().read(moor, ReadingScale::kEmobank)->valence, -0.5, 0.01);
  EXPECT_EQ(reader.stacked().read(meadow, ReadingScale::kEmobank)->valence, 0);
  EXPECT_EQ(moor.said[kValence], 0) << "what is stacked alone reads it";
}

TEST(NgramReaderTest, ListsOfItsOwnAreReadInTheirFormsToo) {
  auto weights = stormy();
  weights.lists[1] = Lexicon("gloom\t-1\nglad\t1\n", "list");
  const NgramReader reader(saved(weights));
  const auto features = reader.read("gladly, not gladdest", kNone).features;  // three words
  const auto second = std::span(features).subspan(kLexiconFeatures + kListedFeatures, kListedFeatures);
  EXPECT_NEAR(second[0], 1.0 / 3, 1e-6);
  EXPECT_NEAR(second[1], 1 / std::sqrt(3.0), 1e-6);
  EXPECT_NEAR(second[2], 1.0 / 3, 1e-6);
  EXPECT_EQ(reader.read("glooms", kNone).features[kLexiconFeatures + kListedFeatures], -1);
  EXPECT_EQ(reader.read("glooms", kNone).features[kLexiconFeatures], 0) << "the other list is empty";
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
  EXPECT_EQ(both.read(story_of("The storm was black. She laughed.")).curve,
            EmotionReader::of_models(folder, 3).read(story_of("The storm was black. She laughed.")).curve);
}

// Shares of a half, one and none of the scales, and a half of the labels.
TEST(NgramReaderTest, IsJoinedByItsShares) {
  auto config = tiny_encoder_config();
  config.features = static_cast<int>(kLexiconFeatures);
  config.scales = kReadingScales;
  const auto path = scratch_folder() / "shared.safetensors", ngrams = saved(stormy());
  save_encoder(path, config);
  const EmotionReader alone(path, 1), both(path, 1, ngrams);
  const std::string text = "The storm was black.";
  const auto said = NgramReader(ngrams)
                        .read(text, Lexicon(ModelFile(path).metadata("lexicon"), "list").features(text))
                        .said;
  const auto read = [&](const EmotionReader& reader, ReadingScale scale) {
    return reader.on(scale).read(text);
  };
  const auto common = read(both, ReadingScale::kCommon);
  EXPECT_NEAR(common.valence, (read(alone, ReadingScale::kCommon).valence + said[kValence]) / 2, 1e-7);
  EXPECT_EQ(read(both, ReadingScale::kEmobank).arousal, 0) << "what is stacked says nothing";
  EXPECT_EQ(read(both, ReadingScale::kTales).valence, read(alone, ReadingScale::kTales).valence);
  EXPECT_NEAR(common.labels[3], (alone.read(text).labels[3] + said[kFirstLabel + 3]) / 2, 1e-7);
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
  EXPECT_THROW(reader.read("a storm", {}), Error);
  const TinyEncoder encoder;
  EXPECT_THROW(NgramReader{encoder.path()}, Error);
}

}  // namespace
}  // namespace s2m
