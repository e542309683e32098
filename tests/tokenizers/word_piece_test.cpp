#include "story2midi/tokenizers/word_piece.h"

#include <gtest/gtest.h>

#include "story2midi/base/error.h"
#include "tests/tokenizers/text_samples.h"

namespace s2m {
namespace {

const std::string kVocabulary =
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\nun\n##want\n##ed\nrun\n##ning\n,\n!\n'"
    "\nt\nstrasse\n\u65e5\n\u672c\n"
    "cafe\nThe\ncaf\u00e9\n\u00d1\n[\nunk\n]\ni\n##\u0307\nstra\u00dfe\n##\u1100\n\u1100\n##\u1161\n\u03c3\n#"
    "#\u03c3\n";

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all(1);
  for (const char c : text)
    if (c == '\n')
      all.emplace_back();
    else
      all.back() += c;
  return all;
}

// Tokens by name, each with the source bytes that it covers.
std::string shown(const WordPiece& encoder, const std::string& text) {
  const auto names = lines(kVocabulary);
  std::string out;
  for (const auto& token : encoder.tokens(text))
    out += (out.empty() ? "" : " ") + names[static_cast<std::size_t>(token.id)] + "=" +
           text.substr(token.begin, token.end - token.begin);
  return out;
}

const WordPiece kUncased(kVocabulary, {});
const WordPiece kCased(kVocabulary, {.text = {.lowercase = false, .strip_accents = false}});

TEST(WordPiece, CutsWordsGreedilyFromTheLeft) {
  EXPECT_EQ(shown(kUncased, "Unwanted, running!"), "un=Un ##want=want ##ed=ed ,=, run=run ##ning=ning !=!");
  EXPECT_EQ(shown(kUncased, ""), "");
  EXPECT_EQ(shown(kUncased, " \t\n\r\u3000"), "");
}

TEST(WordPiece, AWordThatDoesNotFitIsUnknownAsAWhole) {
  EXPECT_EQ(shown(kUncased, "the unwantedx the"), "the=the [UNK]=unwantedx the=the");
  const std::string hundred = "un" + std::string(98, 'x');
  EXPECT_EQ(shown(kUncased, hundred), "[UNK]=" + hundred);
}

TEST(WordPiece, AWordOfMoreThanAHundredCharactersIsUnknown) {
  std::string word = "t";
  const WordPiece encoder("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nt\n##t\n", {});
  for (int i = 1; i < 100; ++i) word += "t";
  EXPECT_EQ(encoder.tokens(word).size(), 100u);
  EXPECT_EQ(encoder.tokens(word + "t"), (std::vector<Token>{{1, 0, 101}}));
}

TEST(WordPiece, PunctuationAndChineseCharactersStandAlone) {
  EXPECT_EQ(shown(kUncased, "the't"), "the=the '=' t=t");
  EXPECT_EQ(shown(kUncased, "the\u65e5\u672cthe"), "the=the \u65e5=\u65e5 \u672c=\u672c the=the");
}

TEST(WordPiece, AccentsAndCaseGoWhereAsked) {
  EXPECT_EQ(shown(kUncased, "CAF\u00c9 cafe\u0301"), "cafe=CAF\u00c9 cafe=cafe");
  EXPECT_EQ(shown(kCased, "The caf\u00e9 \u00d1"), "The=The caf\u00e9=caf\u00e9 \u00d1=\u00d1");
  EXPECT_EQ(shown(kUncased, "Stra\u00dfe"), "stra\u00dfe=Stra\u00dfe");
  EXPECT_EQ(shown(kUncased, "\u0130"), "i=\u0130");  // its dot is an accent
  const WordPiece lower(kVocabulary, {.text = {.lowercase = true, .strip_accents = false}});
  EXPECT_EQ(shown(lower, "\u0130"), "i=\u0130 ##\u0307=\u0130");
  EXPECT_EQ(shown(kUncased, "\u03a3\u03a3"), "\u03c3=\u03a3 ##\u03c3=\u03a3");  // no final sigma
}

TEST(WordPiece, HangulFallsApartIntoItsLetters) {
  EXPECT_EQ(shown(kUncased, "\uac00"), "\u1100=\uac00 ##\u1161=\uac00");
}

TEST(WordPiece, WhatCannotBeSeenIsLeftOut) {
  EXPECT_EQ(shown(kUncased, std::string("t\0h", 2) + "he"), "the=t" + std::string(1, '\0') + "he");
  EXPECT_EQ(shown(kUncased, "t\u00adh\u200be\ufffd"), "the=t\u00adh\u200be");
  EXPECT_EQ(shown(kUncased, "t\xffhe"), "the=t\xffhe");
  EXPECT_EQ(shown(kUncased, "\ue000"), "");
}

TEST(WordPiece, SpecialTokensAreNotReadOutOfText) { EXPECT_EQ(shown(kUncased, "[UNK]"), "[=[ unk=UNK ]=]"); }

TEST(WordPiece, TokensLieWithinTheTextInOrder) {
  Random random(11);
  for (int round = 0; round < 500; ++round) {
    const auto text = round % 2 == 0 ? random_utf8(random, 60) : random_bytes(random, 200);
    std::size_t before = 0;
    for (const auto& [id, begin, end] : kUncased.tokens(text)) {
      EXPECT_LE(before, begin);
      EXPECT_LT(begin, end);
      EXPECT_LE(end, text.size());
      before = begin;
    }
  }
}

TEST(WordPiece, BrokenVocabulariesAreNamed) {
  const auto fault = [](const std::string& vocabulary) {
    try {
      WordPiece(vocabulary, {});
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_NE(fault("[UNK]\n[CLS]\n[SEP]\n[PAD]\n").find("[MASK]"), std::string::npos);
  EXPECT_NE(fault(kVocabulary + "the\n").find("line 34: token listed twice"), std::string::npos)
      << fault(kVocabulary + "the\n");
  EXPECT_NE(fault(""), "");
  EXPECT_THROW(kUncased.id("nowhere"), Error);
  EXPECT_EQ(kUncased.id("##ed"), 8);
}

}  // namespace
}  // namespace s2m
