#include "story2midi/stories/passages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <sstream>

#include "story2midi/base/error.h"
#include "story2midi/base/limits.h"
#include "tests/tokenizers/text_samples.h"

namespace s2m {
namespace {

// The sizes that the stories of these tests are written for.
constexpr PassageOptions kSixtyWords{.target_words = 60, .max_words = 120};

std::size_t count_words(const std::string& text) {
  std::istringstream words(text);
  return static_cast<std::size_t>(
      std::distance(std::istream_iterator<std::string>(words), std::istream_iterator<std::string>()));
}

std::string sentence(std::size_t words) {
  std::string text = "The";
  for (std::size_t i = 1; i < words; ++i) text += " sea";
  return text + ".";
}

std::string message_of(std::string_view story, std::string_view name = "story.txt") {
  try {
    check_story(story, name);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

void expect_exact(std::string_view story, const std::vector<Passage>& passages) {
  std::size_t end = 0;
  for (const auto& passage : passages) {
    EXPECT_EQ(skip_blanks(story.substr(0, passage.start_byte), end),
              passage.start_byte);  // only blanks between
    EXPECT_EQ(story.substr(passage.start_byte, passage.end_byte - passage.start_byte), passage.text);
    EXPECT_FALSE(passage.text.empty());
    end = passage.end_byte;
  }
  EXPECT_EQ(skip_blanks(story, end), story.size());
}

TEST(CheckStory, TakesText) {
  for (const std::string story : {"The lamp.", "\ufeffThe lamp.", "日本語", "😂", "***"})
    EXPECT_EQ(message_of(story), "no error") << story;
}

TEST(CheckStory, RefusesNoText) {
  EXPECT_EQ(message_of(""), "story.txt: no text: expected a story, got nothing");
  EXPECT_EQ(message_of(" \n\u3000\ufeff"), "story.txt: no text: expected a story, got white space");
}

TEST(CheckStory, NamesTheByteThatIsNoText) {
  EXPECT_EQ(message_of("The \x93lamp\x94"), "story.txt: byte 4: not UTF-8: expected UTF-8 text, got 0x93");
  EXPECT_EQ(message_of("\xff\xfeT"), "story.txt: byte 0: not UTF-8: expected UTF-8 text, got 0xff");
  EXPECT_EQ(message_of("caf\xc3"), "story.txt: byte 3: not UTF-8: expected UTF-8 text, got 0xc3");
  EXPECT_EQ(message_of("a\xed\xa0\x80"), "story.txt: byte 1: not UTF-8: expected UTF-8 text, got 0xed");
  EXPECT_EQ(message_of(std::string_view("T\0h\0", 4)),
            "story.txt: byte 1: NUL byte: expected UTF-8 text, got 0x00");
}

TEST(CheckStory, RefusesTooMuch) {
  std::string story(limits::kMostStoryBytes, 'a');
  EXPECT_EQ(message_of(story), "no error");
  story += 'a';
  EXPECT_EQ(message_of(story), "story.txt: too large: expected at most 16777216 bytes, got 16777217");
}

TEST(Passages, OfAShortStoryAreOne) {
  const std::string story = "  The lamp burned. The sea rose.\n";
  const auto passages = split_passages(story, kSixtyWords);
  ASSERT_EQ(passages.size(), 1u);
  EXPECT_EQ(passages[0].text, "The lamp burned. The sea rose.");
  EXPECT_EQ(passages[0].start_byte, 2u);
  EXPECT_EQ(passages[0].end_byte, 32u);
}

TEST(Passages, AreSentencesAndBeginWithTheirHeadings) {
  const auto passages =
      split_passages("CHAPTER I\n\nThe lamp burned. No! The sea rose.\n\nIt fell again. The end.");
  std::vector<std::string> texts;
  for (const auto& passage : passages) texts.push_back(passage.text);
  EXPECT_EQ(texts, (std::vector<std::string>{"CHAPTER I\n\nThe lamp burned.", "No! The sea rose.",
                                             "It fell again. The end."}));
  EXPECT_EQ(passages[1].starts, PassageStart::kSentence);
  EXPECT_EQ(passages[2].starts, PassageStart::kParagraph);
}

TEST(Passages, ReachTheTarget) {
  std::string story;
  for (int i = 0; i < 60; ++i) story += sentence(10) + " ";
  const auto passages = split_passages(story, kSixtyWords);
  EXPECT_EQ(passages.size(), 10u);
  for (const auto& passage : passages) EXPECT_EQ(count_words(passage.text), 60u);
  expect_exact(story, passages);
}

TEST(Passages, EndWithAParagraphWhereOneIsNear) {
  const std::string first = sentence(20) + " " + sentence(25), second = sentence(20) + " " + sentence(20);
  const std::string story = first + "\n\n" + second;
  const auto passages = split_passages(story, kSixtyWords);
  ASSERT_EQ(passages.size(), 2u);
  EXPECT_EQ(passages[0].text, first);
  EXPECT_EQ(passages[1].text, second);
}

TEST(Passages, RunOnToAParagraphsEndWhereItIsNear) {
  const std::string first = sentence(30) + " " + sentence(32) + " " + sentence(15);
  const auto passages = split_passages(first + "\n\n" + sentence(50), kSixtyWords);
  ASSERT_EQ(passages.size(), 2u);
  EXPECT_EQ(passages[0].text, first);
}

TEST(Passages, GatherShortParagraphs) {
  std::string story;
  for (int i = 0; i < 40; ++i) story += "\"Yes,\" said the keeper.\n\n";
  for (const auto& passage : split_passages(story, kSixtyWords)) EXPECT_GE(count_words(passage.text), 30u);
}

TEST(Passages, BeginWithTheirHeadings) {
  const auto passages =
      split_passages(sentence(40) + "\n\nCHAPTER II\n\nTHE LAMP\n\n" + sentence(40), kSixtyWords);
  ASSERT_EQ(passages.size(), 2u);
  EXPECT_TRUE(passages[1].text.starts_with("CHAPTER II\n\nTHE LAMP\n\nThe sea"));
}

TEST(Passages, LeaveNoScrapAtTheEnd) {
  const auto passages = split_passages(sentence(60) + "\n\nTHE END", kSixtyWords);
  ASSERT_EQ(passages.size(), 1u);
  EXPECT_TRUE(passages[0].text.ends_with("THE END"));
}

TEST(Passages, CutALongSentenceAfterAClause) {
  std::string story = "The";
  for (int i = 1; i < 100; ++i) story += " sea";
  story += ", and";
  for (int i = 1; i < 100; ++i) story += " wind";
  const auto passages = split_passages(story, kSixtyWords);
  ASSERT_EQ(passages.size(), 2u);
  EXPECT_TRUE(passages[0].text.ends_with("sea,"));
  EXPECT_TRUE(passages[1].text.starts_with("and wind"));
  expect_exact(story, passages);
}

TEST(Passages, CutWordsWithoutStopsOrSpaces) {
  std::string spaced, solid, kanji;
  for (int i = 0; i < 1000; ++i) spaced += "sea ", solid += "sea", kanji += "海";
  for (const auto& story : {spaced, solid, kanji}) {
    const auto passages = split_passages(story, kSixtyWords);
    EXPECT_GT(passages.size(), 1u);
    for (const auto& passage : passages) EXPECT_EQ(message_of(passage.text), "no error");
    expect_exact(story, passages);
  }
  EXPECT_EQ(split_passages(kanji, kSixtyWords).size(), 9u);
}

TEST(Passages, KeepToTheirSizes) {
  Random random(9);
  for (int round = 0; round < 200; ++round) {
    std::string story = "The lamp.";
    for (int i = 0; i < 60; ++i) {
      story += random.below(4) == 0 ? "\n\n" : " ";
      story += sentence(random.below(40) + 1);
    }
    const PassageOptions options{random.below(50) + 1, random.below(100) + 50};
    const auto passages = split_passages(story, options);
    for (const auto& passage : passages) EXPECT_LE(count_words(passage.text), options.max_words);
    expect_exact(story, passages);
  }
}

TEST(Passages, CoverAnyText) {
  Random random(10);
  for (int round = 0; round < 300; ++round) {
    std::string story = "x";
    for (const char c : random_utf8(random, 200)) story += c == '\0' ? ' ' : c;
    expect_exact(story, split_passages(story, {5, 8}));
  }
}

TEST(Passages, RefuseStoriesAndSizesThatAreNone) {
  EXPECT_THROW(split_passages(" "), Error);
  EXPECT_THROW(split_passages("\xff"), Error);
  EXPECT_THROW(split_passages("The lamp.", {0, 10}), Error);
  EXPECT_THROW(split_passages("The lamp.", {20, 10}), Error);
  EXPECT_EQ(split_passages("The lamp burned.", {1, 1}).size(), 3u);
}

TEST(Passages, TakeTimeInProportionToTheText) {
  for (const std::string unit : {"e.g. ", ". ", "\"", "a", "1", ".", "\n", " ", "- ", "日", "A. ", "x. y "}) {
    std::string story = "Lamp";
    while (story.size() < (1u << 20)) story += unit;
    const auto start = std::chrono::steady_clock::now();
    split_passages(story);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5)) << unit;
  }
}

TEST(SingleSpaced, JoinsWrappedLines) {
  EXPECT_EQ(single_spaced("  The\r\n  lamp\u00a0 \t burned. \n"), "The lamp burned.");
  EXPECT_EQ(single_spaced(" \n"), "");
  EXPECT_EQ(single_spaced("a\xff b"), "a\xff b");
}

}  // namespace
}  // namespace s2m
