// Code points of UTF-8 text and the Unicode classes by which words and sentences are told apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace s2m {

enum class CharClass : std::uint8_t { kLetter, kNumber, kSpace, kOther };

// What stands for a byte that begins no well-formed sequence.
inline constexpr char32_t kMalformed = 0xffffffff;

struct CodePoint {
  char32_t value = kMalformed;
  std::size_t length = 1;  // bytes; a malformed byte counts for itself
};

// The code point that begins at byte `at` (< text.size()), by Unicode's table of well-formed sequences (3-7).
CodePoint code_point_at(std::string_view text, std::size_t at);

// General categories L and N, the White_Space property, and everything else (malformed bytes too).
CharClass char_class(char32_t code_point);

// White space or a byte-order mark.
bool is_blank(char32_t code_point);
// The first byte at or after `start` that is not blank (text.size() if none), and the end of the last in
// [start, end).
std::size_t skip_blanks(std::string_view text, std::size_t start);
std::size_t end_before_blanks(std::string_view text, std::size_t start, std::size_t end);

bool is_upper(char32_t code_point);
bool is_lower(char32_t code_point);
bool is_punctuation(char32_t code_point);      // general category P, and ASCII's symbols
bool is_nonspacing_mark(char32_t code_point);  // Mn: most accents that follow their letter
bool is_invisible(char32_t code_point);        // control, format and private use: Cc, Cf, Co

// The simple mapping of one code point to one.
char32_t lower_case(char32_t code_point);
int combining_class(char32_t code_point);  // by which marks on one letter are ordered; 0: of letters
// Appends the full canonical decomposition (NFD) of one code point; of most it is the code point itself.
void append_decomposed(std::u32string& text, char32_t code_point);

// Normalisation form C of well-formed UTF-8 (Unicode Standard Annex 15).
std::string nfc(std::string_view utf8);
// A mark or a Hangul vowel or final consonant: what form C may join to the code point before it.
bool joins_previous(char32_t code_point);

// Code points below 0x110000, surrogates excepted.
void append_utf8(std::string& text, char32_t code_point);

// The text with control characters, malformed bytes and what XML 1.0 excludes (U+FFFE, U+FFFF) replaced by U+FFFD:
// it may stand in XML and reach a terminal.
std::string printable(std::string_view text);

}  // namespace s2m
