#include "story2midi/arrange/instruments.h"

#include <gtest/gtest.h>

#include <array>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

TEST(Instruments, HomeRangesLieInsideHardOnes) {
  for (const Instrument& one : instruments()) {
    SCOPED_TRACE(one.name);
    EXPECT_LE(one.hard.lowest, one.home.lowest);
    EXPECT_LT(one.home.lowest, one.home.highest);
    EXPECT_LE(one.home.highest, one.hard.highest);
    EXPECT_GE(one.hard.highest - one.hard.lowest, 12) << "every tone has a place";
    EXPECT_GE(one.most_at_once, 1);
    EXPECT_TRUE(one.expression_cc == 0 || one.expression_cc == 11);
  }
}

TEST(Instruments, AreFoundByName) {
  EXPECT_EQ(instrument_of("Viola").clef, Clef::kAlto);
  EXPECT_EQ(instrument_of("Horn in F").transposition, -7);
  EXPECT_THROW(instrument_of("Kazoo"), Error);
}

TEST(Instruments, AreCalledByTheirFirstWord) {
  EXPECT_TRUE(is_called(instrument_of("Clarinet in Bb"), "clarinet"));
  EXPECT_TRUE(is_called(instrument_of("Violins"), "Violin"));
  EXPECT_TRUE(is_called(instrument_of("Music Box"), "music box"));
  EXPECT_FALSE(is_called(instrument_of("Viola"), "Violin"));
}

TEST(Instruments, DoubleStopsLieOnNeighbouringStrings) {
  const Instrument& violin = instrument_of("Violin");
  EXPECT_TRUE(is_playable(violin, std::array{55, 62}));   // two open strings
  EXPECT_TRUE(is_playable(violin, std::array{60, 69}));   // a sixth: third finger, open string
  EXPECT_TRUE(is_playable(violin, std::array{64, 72}));   // a sixth within the hand
  EXPECT_FALSE(is_playable(violin, std::array{56, 60}));  // both on the lowest string alone
  EXPECT_FALSE(is_playable(violin, std::array{56, 95}));  // a hand is not so long
  EXPECT_FALSE(is_playable(violin, std::array{55, 62, 69}));
}

TEST(Instruments, GuitarChordsLieUnderOneHand) {
  const Instrument& guitar = instrument_of("Guitar");
  EXPECT_TRUE(is_playable(guitar, std::array{40, 47, 52, 56, 59, 64}));  // E major, open
  EXPECT_TRUE(is_playable(guitar, std::array{41, 48, 53, 57, 60, 65}));  // F major, barred
  EXPECT_FALSE(is_playable(guitar, std::array{41, 42}));                 // one string for both
  EXPECT_FALSE(is_playable(guitar, std::array{41, 56, 80}));             // frets 1 and 16
}

TEST(Instruments, KeysLieUnderTwoHands) {
  const Instrument& piano = instrument_of("Piano");
  EXPECT_TRUE(is_playable(piano, std::array{36, 52, 60, 76}));   // a tenth in each hand
  EXPECT_FALSE(is_playable(piano, std::array{36, 53, 60, 77}));  // an eleventh
  EXPECT_TRUE(is_playable(instrument_of("Synth Pad"), std::array{36, 53, 60, 77}));
}

}  // namespace
}  // namespace s2m
