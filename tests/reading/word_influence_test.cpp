// Which words carry a reading: each word's change is that of the text without it.
#include "story2midi/reading/word_influence.h"

#include <gtest/gtest.h>

#include "tests/reading/tiny_encoder.h"

namespace s2m {
namespace {

TEST(WordInfluence, IsTheChangeThatLeavingTheWordOutMakes) {
  const TinyEncoder file;
  const EmotionReader reader(file.path(), 1);
  const auto influences = word_influences(reader, "The storm\n was \"black\"!");
  ASSERT_EQ(influences.size(), 4u);
  EXPECT_EQ(influences[3].word, "black");
  const auto whole = reader.read("The storm was \"black\"!");
  EXPECT_DOUBLE_EQ(influences[1].change.valence, whole.valence - reader.read("The was \"black\"!").valence);
  EXPECT_DOUBLE_EQ(influences[3].change.arousal, whole.arousal - reader.read("The storm was ").arousal);
}

TEST(WordInfluence, OfOneWordIsTheReadingItself) {
  const TinyEncoder file;
  const EmotionReader reader(file.path(), 1);
  const auto influences = word_influences(reader, "Storm!");
  ASSERT_EQ(influences.size(), 1u);
  EXPECT_EQ(influences[0].change.valence, reader.read("Storm!").valence);
}

TEST(WordInfluence, TheStrongestComeFirstAndWeakOnesAreLeftOut) {
  const auto words =
      strongest({{"a", {.1, 0}}, {"b", {-.01, .005}}, {"c", {0, -.4}}, {"d", {.2, .1}}}, 2, .02);
  ASSERT_EQ(words.size(), 2u);
  EXPECT_EQ(words[0].word, "c");
  EXPECT_EQ(words[1].word, "d");
}

}  // namespace
}  // namespace s2m
