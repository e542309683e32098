#include "story2midi/music/parts.h"

#include <gtest/gtest.h>

namespace s2m {
namespace {

TEST(Parts, EveryQualityHasItsOwnIntervalsAndSuffix) {
  for (int a = 0; a < kChordQualityCount; ++a)
    for (int b = 0; b < a; ++b) {
      const auto first = static_cast<ChordQuality>(a), second = static_cast<ChordQuality>(b);
      EXPECT_NE(chord_intervals(first), chord_intervals(second));
      EXPECT_NE(chord_suffix(first), chord_suffix(second));
    }
}

TEST(Parts, ChordTonesCountFromTheRoot) {
  const Chord g7{0, 7, ChordQuality::kDominant7, 7};
  for (const int pitch : {43, 59, 62, 65}) EXPECT_TRUE(is_chord_tone(g7, pitch)) << pitch;
  for (const int pitch : {0, 60, 66}) EXPECT_FALSE(is_chord_tone(g7, pitch)) << pitch;
}

TEST(Parts, AScoreHasATrackPerPartOnTheGrid) {
  PartScore piece;
  piece.bars = {{0, 36, {3, 4}, 90}, {36, 36, {3, 4}, 90}};
  piece.part(Part::kMelody) = {{0, 36, 72}, {36, 12, 74}};
  piece.part(Part::kFigure) = {{12, 12, 64}};
  const Score score = to_score(piece);
  ASSERT_EQ(score.tracks.size(), 2u);
  EXPECT_EQ(score.tracks[0].name, "Melody");
  EXPECT_EQ(score.tracks[1].name, "Accompaniment");
  EXPECT_EQ(score.tracks[0].notes[1], (Note{1440, 480, 74, 64}));
  EXPECT_EQ(score.tempos.size(), 1u);
  EXPECT_EQ(bars(score).size(), 2u);
}

}  // namespace
}  // namespace s2m
