#include "story2midi/stories/sentences.h"

#include <gtest/gtest.h>

#include "story2midi/stories/passages.h"
#include "tests/tokenizers/text_samples.h"

namespace s2m {
namespace {

using Texts = std::vector<std::string>;

Texts sentences_of(std::string_view story) {
  Texts texts;
  for (const auto& sentence : split_sentences(story)) texts.push_back(sentence.text);
  return texts;
}

struct Case {
  std::string story;
  Texts sentences;
};

void expect_all(const std::vector<Case>& cases) {
  for (const auto& [story, sentences] : cases) EXPECT_EQ(sentences_of(story), sentences) << story;
}

TEST(Sentences, EndAtStops) {
  expect_all({{"It rained. We slept! Did you?", {"It rained.", "We slept!", "Did you?"}},
              {"No stop at all", {"No stop at all"}},
              {"Really?! Yes!!! Fine.", {"Really?!", "Yes!!!", "Fine."}},
              {"One.\tTwo.\nThree.", {"One.", "Two.", "Three."}},
              {"It rained.It poured.", {"It rained.It poured."}},
              {"A house, red . Then night .", {"A house, red .", "Then night ."}}});
}

TEST(Sentences, RunOverAbbreviations) {
  expect_all({{"Mr. Hale met Mrs. Hale. Dr. Lee left.", {"Mr. Hale met Mrs. Hale.", "Dr. Lee left."}},
              {"MR. HALE CAME. HE SAT.", {"MR. HALE CAME.", "HE SAT."}},
              {"Bring fruit, e.g. Apples, or nuts, i.e. Almonds.",
               {"Bring fruit, e.g. Apples, or nuts, i.e. Almonds."}},
              {"“Mr. Hale?” “St. Ives.”", {"“Mr. Hale?”", "“St. Ives.”"}},
              {"He came—Mr. Hale did. So.", {"He came—Mr. Hale did.", "So."}},
              {"They ate bread, etc. and left.", {"They ate bread, etc. and left."}},
              {"At 5 p.m. He left.", {"At 5 p.m.", "He left."}},
              {"See No. 5 and p. 12. No. Never.", {"See No. 5 and p. 12.", "No.", "Never."}},
              {"On Dec. 24 it snowed.", {"On Dec. 24 it snowed."}}});
}

TEST(Sentences, RunOverAbbreviationsBeforeNames) {
  expect_all({{"The letter came to Lieut. Brown at noon. He burned it.",
               {"The letter came to Lieut. Brown at noon.", "He burned it."}},
              {"We met Adm. Hale and Supt. Gray near Elm Ave. Bakery. It rained.",
               {"We met Adm. Hale and Supt. Gray near Elm Ave. Bakery.", "It rained."}},
              {"She wrote to Wm. Hale and Thos. Gray. Geo. Pike answered.",
               {"She wrote to Wm. Hale and Thos. Gray.", "Geo. Pike answered."}},
              {"Young Henry Jr. Smith and the firm Hale & Co. Ltd. Owners were there.",
               {"Young Henry Jr. Smith and the firm Hale & Co. Ltd. Owners were there."}},
              {"Det. Insp. Gray and Sgt. Hale met D.I. Pike at 5 a.m. Monday.",
               {"Det. Insp. Gray and Sgt. Hale met D.I. Pike at 5 a.m. Monday."}},
              {"Hale et al. (2004) and Gray et al. [2009] saw it. So did we.",
               {"Hale et al. (2004) and Gray et al. [2009] saw it.", "So did we."}}});
}

TEST(Sentences, EndAtAnAbbreviationWhereTheNextWordOpensOne) {
  expect_all(
      {{"She lived at 12 St. James St. It was dark.", {"She lived at 12 St. James St.", "It was dark."}},
       {"It was plan B. Nobody spoke.", {"It was plan B.", "Nobody spoke."}},
       {"King Henry V. He was young.", {"King Henry V.", "He was young."}},
       {"They ate bread, cheese, etc. Then they slept.",
        {"They ate bread, cheese, etc.", "Then they slept."}},
       {"He joined Hale & Co. They paid.", {"He joined Hale & Co.", "They paid."}},
       {"A. The lamp. It burned.", {"A. The lamp.", "It burned."}}});
}

TEST(Sentences, RunOverInitialsAndNumbers) {
  expect_all({{"J. R. R. Hale and H.P. Lee met. They ran.", {"J. R. R. Hale and H.P. Lee met.", "They ran."}},
              {"The U.S. Army came. So did I. Then they left.",
               {"The U.S. Army came.", "So did I.", "Then they left."}},
              {"It cost 3.14 crowns. In 1843. Yes.", {"It cost 3.14 crowns.", "In 1843.", "Yes."}},
              {"IV. The Storm. It broke.", {"IV. The Storm.", "It broke."}},
              {"1. The Lamp\n\n2. The Sea", {"1. The Lamp", "2. The Sea"}}});
}

TEST(Sentences, KeepClosingQuotesAndBrackets) {
  expect_all({{"\"Run!\" He ran.", {"\"Run!\"", "He ran."}},
              {"“Run!” He ran.", {"“Run!”", "He ran."}},
              {"‘Run.’ “He ‘ran.’” So.", {"‘Run.’", "“He ‘ran.’”", "So."}},
              {"(It rained.) [We slept.] Good.", {"(It rained.)", "[We slept.]", "Good."}},
              {"_Never._ *Never!* No.", {"_Never._", "*Never!*", "No."}},
              {"„Lauf!“ Er lief. »Halt!« Stille.", {"„Lauf!“", "Er lief.", "»Halt!«", "Stille."}},
              {"He said. \"Run. Hide.\" (Then night.)", {"He said.", "\"Run.", "Hide.\"", "(Then night.)"}}});
}

TEST(Sentences, GoOnInLowerCase) {
  expect_all({{"\"Run!\" he cried. \"Where?\" asked she.", {"\"Run!\" he cried.", "\"Where?\" asked she."}},
              {"Alas! how cold. Oh! the sea.", {"Alas! how cold.", "Oh! the sea."}},
              {"Wait... what? Yes.", {"Wait... what?", "Yes."}},
              {"Wait… “what” — he. No.", {"Wait… “what” — he.", "No."}}});
}

TEST(Sentences, EndInTextWithoutCapitals) {
  expect_all(
      {{"i went home. it was cold. the lamp was out.", {"i went home.", "it was cold.", "the lamp was out."}},
       {"i waited... nothing came. so i slept", {"i waited...", "nothing came.", "so i slept"}}});
}

TEST(Sentences, UnderstandEllipses) {
  expect_all({{"Wait... He came.", {"Wait...", "He came."}},
              {"Wait . . . He came.", {"Wait . . .", "He came."}},
              {"Wait . . . and see. So.", {"Wait . . . and see.", "So."}},
              {"Gone…. He wept.", {"Gone….", "He wept."}}});
}

TEST(Sentences, UnderstandOtherScripts) {
  expect_all({{"雨が降った。寝た！本当？はい。", {"雨が降った。", "寝た！", "本当？", "はい。"}},
              {"「行け！」と彼は言った。夜だった。", {"「行け！」と彼は言った。", "夜だった。"}},
              {"वह आया। वह गया।", {"वह आया।", "वह गया।"}},
              {"هل جاء؟ نعم.", {"هل جاء؟", "نعم."}},
              {"¿Quién? ¡Nadie! Él.", {"¿Quién?", "¡Nadie!", "Él."}},
              {"Он пришёл. Была ночь.", {"Он пришёл.", "Была ночь."}}});
}

TEST(Sentences, EndWithTheParagraph) {
  expect_all({{"THE LAMP\n\nIt burned", {"THE LAMP", "It burned"}},
              {"One\r\n\r\nTwo", {"One", "Two"}},
              {"One\n \t \nTwo", {"One", "Two"}},
              {"A line that\nwas wrapped. Next.", {"A line that\nwas wrapped.", "Next."}},
              {"\ufeff  One.\n\n\n\n", {"One."}}});
}

TEST(Sentences, KnowTheirParagraphs) {
  const auto sentences = find_sentences("One. Two.\n\nThree. Four.");
  ASSERT_EQ(sentences.size(), 4u);
  EXPECT_TRUE(sentences[0].starts_paragraph && sentences[2].starts_paragraph);
  EXPECT_FALSE(sentences[1].starts_paragraph || sentences[3].starts_paragraph);
}

TEST(Sentences, TakeLongLinesForParagraphs) {
  const std::string line =
      "The keeper of the lamp went down to the sea and came back with a basket of fish, and sang"
      " of it to whoever would hear";
  EXPECT_EQ(sentences_of(line + "\n" + line), (Texts{line, line}));
}

TEST(Sentences, OfNothingAreNone) {
  for (const char* story : {"", " ", "\n\n", "\ufeff"}) EXPECT_TRUE(split_sentences(story).empty());
}

void expect_exact(std::string_view story) {
  std::size_t end = 0;
  for (const auto& sentence : split_sentences(story)) {
    ASSERT_LT(sentence.start_byte, sentence.end_byte);
    ASSERT_LE(end, sentence.start_byte);
    EXPECT_EQ(skip_blanks(story.substr(0, sentence.start_byte), end),
              sentence.start_byte);  // only blanks between
    EXPECT_EQ(story.substr(sentence.start_byte, sentence.end_byte - sentence.start_byte), sentence.text);
    EXPECT_EQ(end_before_blanks(sentence.text, 0, sentence.text.size()), sentence.text.size());
    end = sentence.end_byte;
  }
  EXPECT_EQ(skip_blanks(story, end), story.size());
}

TEST(Sentences, CoverAnyBytes) {
  Random random(8);
  for (int round = 0; round < 1000; ++round) {
    std::string story;
    for (int i = 0; i < 10; ++i) {
      story += round % 3 == 0 ? random_bytes(random, 9) : random_utf8(random, 6);
      story +=
          std::vector<std::string>{". ", "! ", "...", "。", "\n\n", ".” ", " Mr. ", "\n"}[random.below(8)];
    }
    expect_exact(story);
  }
}

}  // namespace
}  // namespace s2m
