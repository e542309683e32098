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

TEST(Error, IsInvalidInputUnlessItSaysOtherwise) {
  EXPECT_EQ(Error("a.txt", "no text").kind, ErrorKind::kInvalidInput);
  EXPECT_EQ(Error(ErrorKind::kNotFound, "a.txt", "cannot open").kind, ErrorKind::kNotFound);
}

TEST(Error, ItsKindIsKeptWhereThePlaceIsNamedAndSetWhereItWasTheUsual) {
  const auto kind_of = [](auto&& work) {
    try {
      work();
    } catch (const Error& error) {
      return error.kind;
    }
    return ErrorKind::kInvalidInput;
  };
  const auto missing = [] { throw Error(ErrorKind::kNotFound, "a.txt", "cannot open"); };
  const auto wrong = [] { throw Error("a.txt", "no text"); };
  EXPECT_EQ(kind_of([&] { naming("b", missing); }), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of([&] { as_kind(ErrorKind::kBrokenModel, missing); }), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of([&] { as_kind(ErrorKind::kBrokenModel, wrong); }), ErrorKind::kBrokenModel);
}

TEST(Cancelled, IsNoError) {
  try {
    throw Cancelled();
  } catch (const Error&) {
    FAIL();
  } catch (const std::exception& cancelled) {
    EXPECT_STREQ(cancelled.what(), "cancelled");
  }
}

}  // namespace
}  // namespace s2m
