// Reading: long texts, context, threads, what is refused.
#include "story2midi/reading/emotion_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>

#include "story2midi/base/error.h"
#include "story2midi/nn/encoder.h"
#include "story2midi/stories/story.h"
#include "story2midi/tokenizers/tokenizer.h"
#include "tests/base/scratch_folder.h"
#include "tests/reading/tiny_encoder.h"

namespace s2m {
namespace {

std::string story() {
  std::string text;
  for (int i = 0; i < 60; ++i)
    text += i % 3 ? "The sea was calm and the sun was warm, and she laughed. "
                  : "The storm was black!\n\nThe dog ran. ";
  return text;
}

class Reading : public testing::Test {
 protected:
  static void SetUpTestSuite() { file_ = new TinyEncoder(); }
  static void TearDownTestSuite() { delete file_; }
  static TinyEncoder* file_;
  EmotionReader reader_{file_->path(), 1};
};
TinyEncoder* Reading::file_ = nullptr;

TEST_F(Reading, GivesLevelsAndLabelsInRange) {
  const auto emotion = reader_.read("She laughed and ran.");
  EXPECT_LE(std::abs(emotion.valence), 1);
  EXPECT_LE(std::abs(emotion.arousal), 1);
  EXPECT_EQ(emotion.labels.size(), 28u);
  EXPECT_NE(emotion, reader_.read("The storm was black."));
}

TEST(ReadingOnScales, AreTheHeadsOwnPairs) {
  auto config = tiny_encoder_config();
  config.scales = kReadingScales;
  const auto path = scratch_folder() / "scales.safetensors";
  save_encoder(path, config);
  const EmotionReader reader(path, 1);
  const std::string text = "The storm was calm.";
  const ModelFile file(path);
  const auto output = Encoder(file).read(tokenizer_of(file.metadata(), "file").encode_with_ends(text));
  ASSERT_EQ(output.on_scales.size(), 2u * kReadingScales);
  EXPECT_EQ(reader.read(text).valence, output.on_scales[0]);
  const auto emobank = reader.on(ReadingScale::kEmobank).read(text);
  EXPECT_EQ(emobank.valence, output.on_scales[2]);
  EXPECT_EQ(reader.on(ReadingScale::kTales).read(text).arousal, output.on_scales[5]);
  EXPECT_EQ(emobank.labels, reader.read(text).labels);
  EXPECT_EQ(reader.on(ReadingScale::kTales).read_curve(story_of(story()).passages).points.size(),
            reader.read_curve(story_of(story()).passages).points.size());
}

TEST_F(Reading, OnAnUnknownScaleIsOnTheCommonOne) {
  EXPECT_EQ(reader_.on(ReadingScale::kTales).read(story()), reader_.read(story()));
}

TEST_F(Reading, ALineBreakIsASpace) {
  EXPECT_EQ(reader_.read("She laughed\n  and ran."), reader_.read("She laughed and ran."));
}

TEST_F(Reading, ATextBeyondOneReadingIsTheMeanOfItsReadings) {
  EXPECT_NO_THROW(reader_.read(story()));
  EXPECT_NE(reader_.read(story()), reader_.read(story().substr(0, 60)));
}

TEST_F(Reading, EachByItselfIsAsAlone) {
  const std::vector<std::string> texts{"She laughed.", story(), "The dog ran."};
  const auto each = reader_.read_each(texts);
  for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(each[i], reader_.read(texts[i]));
}

TEST_F(Reading, TheSameBytesAtAnyNumberOfThreads) {
  const auto curve = reader_.read_curve(story_of(story()).passages);
  EXPECT_GT(curve.points.size(), 4u);
  EXPECT_EQ(EmotionReader(file_->path(), 2).read_curve(story_of(story()).passages), curve);
  EXPECT_EQ(EmotionReader(file_->path(), 7).read_curve(story_of(story()).passages), curve);
}

TEST_F(Reading, NeighboursColourAPassage) {
  std::vector<Passage> passages;
  for (const auto* text : {"she laughed", "the storm", "he wept"})  // all fit into one window
    passages.push_back({text, 0, 0});
  const auto curve = reader_.read_curve(passages);
  EXPECT_NE(curve.points[1].emotion.valence, reader_.read("the storm").valence);
  passages[2].text = "the sun";
  EXPECT_NE(reader_.read_curve(passages).points[1].emotion.valence, curve.points[1].emotion.valence);
  passages.resize(1);
  EXPECT_EQ(reader_.read_curve(passages).points[0].emotion, reader_.read(passages[0].text));
}

// A passage of a shorter story is read by itself as well: its valence lies between those two readings.
TEST_F(Reading, OfABookIsInSightOfNeighboursOnly) {
  std::vector<Passage> passages(1500, Passage{.text = "the storm"});
  passages[0].text = "she laughed";
  const double book = reader_.read_curve(passages).points[0].emotion.valence;
  passages.pop_back();
  const double tale = reader_.read_curve(passages).points[0].emotion.valence;
  const double alone = reader_.read("she laughed").valence;
  EXPECT_NE(book, tale);
  EXPECT_GT((tale - book) * (alone - tale), 0);
}

TEST_F(Reading, AMemoryHasARowATokenAndOneOfWhatIsFelt) {
  const auto memory = reader_.memory("The sea was calm.");
  EXPECT_EQ(memory.width, 16);
  EXPECT_GT(memory.rows(), 3);
  EXPECT_EQ(memory.states.size(), static_cast<std::size_t>(memory.rows()) * 16);
  EXPECT_EQ(reader_.memory(story()).rows(), tiny_encoder_config().max_tokens() + 1);
  // The bump nearest to the valence stands highest of its nine.
  const auto felt = std::span(memory.states).last(16).first(9);
  const double level = (reader_.read("The sea was calm.").valence + 1) * 4;
  EXPECT_EQ(std::ranges::max_element(felt) - felt.begin(), std::lround(level));
}

TEST_F(Reading, ProgressIsToldAndMayStop) {
  std::uint64_t done = 0, all = 0;
  reader_.read_curve(story_of(story()).passages, [&](auto d, auto a) {
    done = d;
    all = a;
    return true;
  });
  EXPECT_EQ(done, all);
  EXPECT_GT(all, 0u);
  EXPECT_THROW(reader_.read_curve(story_of(story()).passages, [](auto, auto) { return false; }), Cancelled);
}

TEST_F(Reading, RefusesWhatIsNoStoryOrNoReader) {
  EXPECT_THROW(reader_.read(""), Error);
  EXPECT_THROW(reader_.read("\xff\xfe"), Error);
  EXPECT_THROW(reader_.read_curve(story_of(" \n ").passages), Error);
  EXPECT_THROW(EmotionReader("nowhere.safetensors"), Error);
}

TEST(ReadingWithoutHeads, LeavesStatesAndSaysWhatIsMissing) {
  auto config = tiny_encoder_config();
  config.projection = 0;
  const auto path = scratch_folder() / "no_heads.safetensors";
  save_encoder(path, config);
  const EmotionReader reader(path, 1);
  EXPECT_FALSE(reader.has_heads());
  EXPECT_EQ(reader.memory("the sea").width, config.width);
  const std::vector<std::string> texts{"the sea", "the storm was black"};
  const auto embedded = reader.embed_each(texts);
  ASSERT_EQ(embedded.size(), 2u);
  EXPECT_EQ(embedded[0].pooled.size(), static_cast<std::size_t>(config.width));
  EXPECT_TRUE(embedded[0].projection.empty());
  for (const auto& read : std::vector<std::function<void()>>{
           [&] { reader.read("the sea"); }, [&] { reader.read_each(texts); },
           [&] { reader.read_curve(story_of("The sea was calm.").passages); }}) {
    try {
      read();
      ADD_FAILURE() << "no error";
    } catch (const Error& error) {
      EXPECT_EQ(error.where, path.string());
      EXPECT_NE(error.expected.find("encoder-emotion --start"), std::string::npos) << error.what();
    }
  }
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace s2m
