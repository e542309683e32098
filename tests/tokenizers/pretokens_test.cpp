#include "story2midi/tokenizers/pretokens.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/tokenizers/text_samples.h"

namespace s2m {
namespace {

using Pieces = std::vector<std::string>;

Pieces pieces_of(std::string_view text) {
  Pieces pieces;
  for_each_pretoken(text, [&](std::string_view piece) { pieces.emplace_back(piece); });
  return pieces;
}

struct Case {
  std::string text;
  Pieces pieces;
};

// The expected pieces were checked against Perl's regular expressions.
const Case kCases[] = {
    {"", {}},
    {"Hello world", {"Hello", " world"}},
    {"I don't, they'll've", {"I", " don", "'t", ",", " they", "'ll", "'ve"}},
    {"we're he'd I'm it's", {"we", "'re", " he", "'d", " I", "'m", " it", "'s"}},
    {"DON'T 'tis o'clock", {"DON", "'", "T", " '", "tis", " o", "'", "clock"}},
    {"'sure 'mad", {"'s", "ure", " '", "mad"}},
    {"it’s", {"it", "’", "s"}},
    {"!'s", {"!'", "s"}},
    {"In 1843, 3.14", {"In", " 1843", ",", " 3", ".", "14"}},
    {"abc123def", {"abc", "123", "def"}},
    {"日本語。", {"日本語", "。"}},
    {"cafe\u0301 café", {"cafe", "\u0301", " café"}},
    {"love😂😂 👩‍👧", {"love", "😂😂", " 👩‍👧"}},
    {"a  b   c", {"a", " ", " b", "  ", " c"}},
    {"a\tb", {"a", "\t", "b"}},
    {"a \tb", {"a", " ", "\t", "b"}},
    {"one\n\ntwo\r\n", {"one", "\n", "\n", "two", "\r\n"}},
    {"end   ", {"end", "   "}},
    {" ", {" "}},
    {"\n ", {"\n "}},
    {"\n x", {"\n", " x"}},
    {"a\u00a0b\u2009c\u3000d", {"a", "\u00a0", "b", "\u2009", "c", "\u3000", "d"}},
    {"“Why?” —she", {"“", "Why", "?”", " —", "she"}},
    {"__init__(self)!?!", {"__", "init", "__(", "self", ")!?!"}},
    {"\xff\xfe ok\x80", {"\xff\xfe", " ok", "\x80"}},
    {std::string("a\0b", 3), {"a", std::string(1, '\0'), "b"}},
};

TEST(Pretokens, FollowGpt2sExpression) {
  for (const auto& [text, pieces] : kCases) EXPECT_EQ(pieces_of(text), pieces) << text;
}

TEST(Pretokens, TogetherAreTheText) {
  Random random(1);
  for (int round = 0; round < 500; ++round) {
    const auto text = round % 2 == 0 ? random_utf8(random, 40) : random_bytes(random, 60);
    std::string joined;
    for (const auto& piece : pieces_of(text)) {
      EXPECT_FALSE(piece.empty());
      joined += piece;
    }
    EXPECT_EQ(joined, text);
  }
}

TEST(ByteAlphabet, IsGpt2s) {
  EXPECT_EQ(to_byte_alphabet(" the"), "Ġthe");
  EXPECT_EQ(to_byte_alphabet("\n\t~!"), "Ċĉ~!");
  EXPECT_EQ(to_byte_alphabet("é"), "Ã©");
  EXPECT_EQ(to_byte_alphabet("\x7f\xad"), "ġŃ");
}

TEST(ByteAlphabet, ComesBackForEveryByte) {
  std::set<std::string> names;
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text(1, static_cast<char>(byte));
    const auto name = to_byte_alphabet(text);
    EXPECT_EQ(from_byte_alphabet(name), text);
    names.insert(name);
  }
  EXPECT_EQ(names.size(), 256u);
}

TEST(ByteAlphabet, KnowsForeignCharacters) {
  for (const char* name : {" ", "日", "a\n", "\u0144", "\xff", "\u00ad"})
    EXPECT_FALSE(from_byte_alphabet(name)) << name;
}

}  // namespace
}  // namespace s2m
