#include "story2midi/music/likeness.h"

#include <gtest/gtest.h>

namespace s2m {
namespace {

PartScore a_piece() {
  PartScore piece;
  piece.bars = {{.start = 0, .positions = 48}, {.start = 48, .positions = 48}};
  piece.chords = {{0, 0, ChordQuality::kMajor, 0}, {48, 7, ChordQuality::kMajor, 7}};
  piece.part(Part::kMelody) = {{0, 12, 60}, {12, 12, 64}, {24, 24, 62}, {48, 48, 67}};
  return piece;
}

TEST(LikenessOfPieces, APieceIsLikeItself) { EXPECT_EQ(likeness(a_piece(), a_piece()), Likeness{}); }

TEST(LikenessOfPieces, EachMeasureCountsWhatItNames) {
  auto other = a_piece();
  other.chords[1].root = 5;                 // half of the time another chord
  other.part(Part::kMelody)[3].start = 60;  // three of five places in both
  other.part(Part::kMelody)[1].pitch = 65;  // the same direction, another key
  const auto found = likeness(a_piece(), other);
  EXPECT_DOUBLE_EQ(found.chords, 0.5);
  EXPECT_DOUBLE_EQ(found.melody_rhythm, 3.0 / 5);
  EXPECT_DOUBLE_EQ(found.melody_contour, 3.0 / 5);
  EXPECT_DOUBLE_EQ(found.notes, 2.0 / 6);
  auto turned = a_piece();
  turned.part(Part::kMelody)[1].pitch = 59;  // down in place of up, then up in place of down
  EXPECT_DOUBLE_EQ(likeness(a_piece(), turned).melody_rhythm, 1);
  EXPECT_DOUBLE_EQ(likeness(a_piece(), turned).melody_contour, 2.0 / 6);
}

TEST(LikenessOfPieces, ALongerPieceIsNotAlikeBeyondTheShorterOne) {
  auto shorter = a_piece();
  shorter.bars.pop_back();
  EXPECT_DOUBLE_EQ(likeness(a_piece(), shorter).chords, 0.5);
}

}  // namespace
}  // namespace s2m
