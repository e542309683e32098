#include "story2midi/base/error.h"

#include <gtest/gtest.h>

namespace s2m {
namespace {

TEST(Error, TellsWhatWhereExpectedAndActual) {
  const Error error("story.mid: byte 412", "track runs past the file's end", "9000 bytes", "2210");
  EXPECT_STREQ(error.what(),
               "story.mid: byte 412: track runs past the file's end: expected 9000 bytes, got 2210");
  EXPECT_EQ(error.where, "story.mid: byte 412");
  EXPECT_EQ(error.fault, "track runs past the file's end");
  EXPECT_EQ(error.expected, "9000 bytes");
  EXPECT_EQ(error.actual, "2210");
}

TEST(Error, LeavesOutWhatIsNotKnown) {
  EXPECT_STREQ(Error("a.txt", "no text").what(), "a.txt: no text");
  EXPECT_STREQ(Error("", "no text").what(), "no text");
  EXPECT_STREQ(Error("a.txt", "no text", "a story").what(), "a.txt: no text: expected a story");
  EXPECT_STREQ(Error("a.txt", "bad mode", {}, "locrian").what(), "a.txt: bad mode: got locrian");
}

TEST(Error, IsARuntimeErrorThatCanBeCopied) {
  try {
    const Error first("a.txt", "no text");
    throw Error(first);
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "a.txt: no text");
  }
}

TEST(Error, NamingPutsThePlaceFirst) {
  EXPECT_EQ(naming("a.json", [] { return 7; }), 7);
  try {
    naming("a.json", [] { throw Error("bars[2]", "is odd", "even", "3"); });
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "a.json: bars[2]: is odd: expected even, got 3");
  }
}

}  // namespace
}  // namespace s2m
