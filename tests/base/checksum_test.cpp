#include "story2midi/base/checksum.h"

#include <gtest/gtest.h>

namespace s2m {
namespace {

// The values of XXH3's own sanity checks for no bytes, and of Debian's `xxhsum -H3`.
TEST(Checksum, IsXxh3) {
  EXPECT_EQ(to_hex(checksum_of(std::string_view())), "2d06800538d394c2");
  EXPECT_EQ(to_hex(checksum_of("a")), "e6c632b61e964e1f");
}

TEST(Checksum, OneBitMakesAnother) {
  std::string text(100'000, 'x');
  const auto whole = checksum_of(text);
  text[77'777] ^= 1;
  EXPECT_NE(checksum_of(text), whole);
}

TEST(Checksum, IsWrittenInSixteenDigitsAndReadBack) {
  EXPECT_EQ(to_hex(0x12abu), "00000000000012ab");
  EXPECT_EQ(from_hex("00000000000012ab"), 0x12abu);
  for (const auto* wrong : {"", "12ab", "00000000000012ag", "00000000000012ab0", "-0000000000012ab"})
    EXPECT_EQ(from_hex(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace s2m
