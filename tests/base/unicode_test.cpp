#include "story2midi/base/unicode.h"

#include <gtest/gtest.h>
#include <utf8proc.h>

#include "tests/tokenizers/text_samples.h"

namespace s2m {
namespace {

using namespace std::string_literals;

// Made before every constant of the library that is not one at compile time.
struct EarlyClasses {
  CharClass space = char_class(' '), letter = char_class('a'), number = char_class('7');
};
__attribute__((init_priority(101))) const EarlyClasses kEarly;

TEST(CharClass, IsKnownBeforeMain) {
  EXPECT_EQ(kEarly.space, CharClass::kSpace);
  EXPECT_EQ(kEarly.letter, CharClass::kLetter);
  EXPECT_EQ(kEarly.number, CharClass::kNumber);
}

TEST(CharClass, OfAsciiIsThatOfUnicode) {
  for (char32_t c = 0; c < 128; ++c) {
    const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
    const bool is_letter = category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LL;
    EXPECT_EQ(char_class(c) == CharClass::kLetter, is_letter) << static_cast<int>(c);
    EXPECT_EQ(char_class(c) == CharClass::kNumber, category == UTF8PROC_CATEGORY_ND) << static_cast<int>(c);
  }
}

TEST(CodePointAt, ReadsSequencesOfEachLength) {
  const std::string text = "aé日😂";
  EXPECT_EQ(code_point_at(text, 0).value, U'a');
  EXPECT_EQ(code_point_at(text, 1).value, U'é');
  EXPECT_EQ(code_point_at(text, 3).value, U'日');
  EXPECT_EQ(code_point_at(text, 6).value, U'😂');
  EXPECT_EQ(code_point_at(text, 6).length, 4u);
}

TEST(CodePointAt, EveryCodePointComesBack) {
  for (char32_t value = 0; value < 0x110000; ++value) {
    if (value >= 0xd800 && value < 0xe000) continue;
    std::string text;
    append_utf8(text, value);
    const auto read = code_point_at(text, 0);
    ASSERT_EQ(read.value, value);
    ASSERT_EQ(read.length, text.size());
  }
}

TEST(CodePointAt, MalformedBytesCountForThemselves) {
  for (const std::string text : {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x80\x80",
                                 "\xe0\x9f\xbf", "\xed\xa0\x80", "\xe6\x97", "\xf0\x8f\xbf\xbf",
                                 "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xf0\x9f\x98"}) {
    const auto read = code_point_at(text, 0);
    EXPECT_EQ(read.value, kMalformed) << text;
    EXPECT_EQ(read.length, 1u);
  }
}

TEST(CharClass, LettersNumbersSpacesAndTheRest) {
  for (const char32_t c : U"azAZéßЖ日한कªʰǅ𝔘"s)
    EXPECT_EQ(char_class(c), CharClass::kLetter) << std::hex << +c;
  for (const char32_t c : U"09٣½Ⅷ²㊀"s) EXPECT_EQ(char_class(c), CharClass::kNumber) << std::hex << +c;
  for (const char32_t c : U" \t\n\v\f\r\u0085\u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000"s)
    EXPECT_EQ(char_class(c), CharClass::kSpace) << std::hex << +c;
  for (const char32_t c : U"!_$\u0001\u007f\u0301\u200b\u200d\ufeff😂…’"s)
    EXPECT_EQ(char_class(c), CharClass::kOther) << std::hex << +c;
  EXPECT_EQ(char_class(kMalformed), CharClass::kOther);
}

TEST(CharClass, CaseOfLetters) {
  EXPECT_TRUE(is_upper(U'Ä') && is_upper(U'Ж') && is_upper(U'ǅ'));
  EXPECT_TRUE(is_lower(U'ä') && is_lower(U'ж'));
  EXPECT_FALSE(is_upper(U'日') || is_lower(U'日') || is_upper(U'1') || is_upper(kMalformed) ||
               is_lower(kMalformed));
}

TEST(Blanks, AreFoundAtBothEnds) {
  const std::string text = "\ufeff \n a b \u3000";
  EXPECT_EQ(skip_blanks(text, 0), 6u);
  EXPECT_EQ(end_before_blanks(text, 6, text.size()), 9u);
  EXPECT_EQ(skip_blanks(text, 9), text.size());
  EXPECT_EQ(end_before_blanks(text, 9, text.size()), 9u);
}

TEST(Unicode, PrintableReplacesControlsAndWhatXmlExcludes) {
  EXPECT_EQ(printable("n\u00E9e \u2028x"), "n\u00E9e \u2028x");
  EXPECT_EQ(printable(std::string_view("a\0b\x1B]0;c\n\x7F", 10)), "a\uFFFDb\uFFFD]0;c\uFFFD\uFFFD");
  EXPECT_EQ(printable("\u009B\uFFFF\xC3"), "\uFFFD\uFFFD\uFFFD");
}

}  // namespace
}  // namespace s2m
