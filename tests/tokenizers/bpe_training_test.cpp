#include <gtest/gtest.h>

#include <algorithm>

#include "story2midi/base/error.h"
#include "story2midi/tokenizers/bpe.h"
#include "tests/tokenizers/text_samples.h"

namespace s2m {
namespace {

TEST(TrainBpe, LaysOutTheVocabulary) {
  const auto& encoder = small_encoder();
  EXPECT_EQ(encoder.size(), 320);
  EXPECT_EQ(encoder.id("<s>"), 0);
  EXPECT_EQ(encoder.id("<pad>"), 1);
  EXPECT_EQ(encoder.id("</s>"), 2);
  EXPECT_EQ(encoder.id("<unk>"), 3);
  EXPECT_EQ(encoder.id("Ā"), 4);  // byte 0
  EXPECT_EQ(encoder.id("ÿ"), 4 + 255);
  EXPECT_EQ(encoder.id("<mask>"), 319);
}

// By hand: "low" 5, "lower" 2, "newest" 6, "widest" 3 (Sennrich et al. 2016), each on a line of its own.
TEST(TrainBpe, LearnsTheMergesOfThePaper) {
  std::vector<std::string> lines;
  for (const auto& [word, count] : {std::pair("low", 5), {"lower", 2}, {"newest", 6}, {"widest", 3}})
    lines.insert(lines.end(), static_cast<std::size_t>(count), word);
  // es and st stand 9 times, lo and ow 7, then ne, ew and wes 6: of equals the oldest tokens come first.
  EXPECT_EQ(train_on(lines, 261 + 5).merges_txt(), "#version: 0.2\ne s\nes t\nl o\nlo w\ne w\n");
}

TEST(TrainBpe, CountsOverlappingPairsAsTheyMerge) {
  EXPECT_EQ(train_on({"aaa", "aaa", "aaaa"}, 270).merges_txt(), "#version: 0.2\na a\naa a\n");
}

TEST(TrainBpe, StopsWhereNothingRepeats) {
  EXPECT_EQ(train_on({"abc"}, 5000).size(), 261);
  EXPECT_EQ(train_on({}, 5000).size(), 261);
  EXPECT_EQ(train_on({"ab ab"}, 5000).merges_txt(), "#version: 0.2\na b\n");
}

TEST(TrainBpe, DoesNotDependOnTheOrderOfLines) {
  std::vector<std::string> lines;
  Random random(5);
  for (int i = 0; i < 200; ++i) lines.push_back(random_utf8(random, 30));
  const auto forward = train_on(lines, 400);
  std::reverse(lines.begin(), lines.end());
  const auto backward = train_on(lines, 400);
  EXPECT_EQ(forward.vocab_json(), backward.vocab_json());
  EXPECT_EQ(forward.merges_txt(), backward.merges_txt());
}

TEST(TrainBpe, TakesAnyBytes) {
  Random random(6);
  std::vector<std::string> lines;
  for (int i = 0; i < 50; ++i) lines.push_back(random_bytes(random, 300));
  lines.push_back(std::string(100000, 'x'));
  lines.insert(lines.end(), 3, "<mask> <s></s>");
  const auto encoder = train_on(lines, 350);
  for (const auto& line : lines) EXPECT_EQ(encoder.decode(encoder.encode(line)), line);
}

TEST(TrainBpe, RefusesASizeWithoutRoomForBytes) {
  EXPECT_THROW(train_on({"abc"}, 260), Error);
  EXPECT_THROW(train_on({"abc"}, -1), Error);
  EXPECT_EQ(train_on({"abc"}, 261).size(), 261);
}

}  // namespace
}  // namespace s2m
