// Which names return in a story.
#include "story2midi/stories/names.h"

#include <gtest/gtest.h>

namespace s2m {
namespace {

std::vector<std::string> names_in(std::string_view text) {
  std::vector<std::string> names;
  for (const auto& [name, passages] : recurring_names(split_passages(text))) names.push_back(name);
  return names;
}

TEST(Names, AreWordsWithCapitalsThatReturn) {
  EXPECT_EQ(
      names_in(
          "In the village lived Anna. One day Anna met old Peter by the well. \"Anna!\" called Peter, and "
          "she laughed. But nobody saw Anna or Peter go. Then came Martha."),
      (std::vector<std::string>{"Anna", "Peter"}));
}

TEST(Names, AreNotWordsThatOnlyBeginSentences) {
  EXPECT_TRUE(
      names_in("Then it rained. Then it snowed. Then came spring. Now Then is no name, and then we left.")
          .empty());
  EXPECT_TRUE(names_in("We met on Monday. They met on Monday. On the next Monday we met. I saw Monday come.")
                  .empty());
  EXPECT_TRUE(names_in("THE STORM CAME. THE STORM WENT. And THE STORM was over. IT WAS THE STORM.").empty());
}

TEST(Names, KeepTheirPossessivesAndAccents) {
  EXPECT_EQ(
      names_in(
          "He took Zo\u00eb's hand. It was Zo\u00eb\u2019s own. The dog loved Zo\u00eb, and Zo\u00eb him."),
      (std::vector<std::string>{"Zo\u00eb"}));
}

TEST(Names, MayBeginBeyondAscii) {
  EXPECT_EQ(names_in("He met \u00c9mile. Then old \u00c9mile sang. The dog loved \u00c9mile."),
            (std::vector<std::string>{"\u00c9mile"}));
}

TEST(Names, OfTwoWordsAreOne) {
  EXPECT_EQ(
      names_in(
          "The ship had old Captain Reed. So Captain Reed spoke. The men feared Captain Reed. At night Reed "
          "slept."),
      (std::vector<std::string>{"Reed"}));
}

TEST(Names, TellWhereTheyStand) {
  const auto passages =
      split_sentences("Once Nell ran. It was cold. So Nell sang. The bird loved Nell and Nell it.");
  const auto names = recurring_names(passages);
  ASSERT_EQ(names.size(), 1u);
  EXPECT_EQ(names[0].passages, (std::vector<std::size_t>{0, 2, 3, 3}));
}

TEST(Names, OfSpeakersCount) {
  std::vector<Passage> passages;
  for (const char* speaker : {"HELENA", "TOM", "HELENA", "HELENA, TOM"})
    passages.push_back({.text = "well now", .speaker = speaker});
  const auto names = recurring_names(passages);
  ASSERT_EQ(names.size(), 1u) << "Tom speaks twice";
  EXPECT_EQ(names[0].name, "Helena");
}

TEST(Names, MentionsAreWholeWords) {
  EXPECT_EQ(mentions("Ann and Anna saw Ann.", "Ann"), 2);
  EXPECT_EQ(mentions("Zo\u00ebs Zo\u00eb", "Zo\u00eb"), 1);
  EXPECT_EQ(mentions("the old tower, The Old Tower", "The Old Tower"), 1);
  EXPECT_EQ(mentions("anything", ""), 0);
}

// Any bytes are a text.
TEST(Names, OfBrokenTextAreNone) {
  const Passage broken{.text = "\xff\xc3 A\xcc \xe2\x80"};
  EXPECT_TRUE(recurring_names(std::vector(4, broken)).empty());
  EXPECT_EQ(mentions("\xff\xc3", "\xc3"), 1);
  EXPECT_EQ(mentions("K\x90"
                     "Ann",
                     "Ann"),
            1);
}

}  // namespace
}  // namespace s2m
