#include <gtest/gtest.h>

#include <algorithm>

#include "story2midi/perform/perform.h"
#include "story2midi/perform/shape.h"
#include "tests/perform/performed.h"

namespace s2m {
namespace {

using test::plan_of;
using test::song;

double pedalled_share(const Score& score) {
  double down = 0;
  for (const PedalSpan& span : score.tracks[0].pedal) down += span.end_ticks - span.start_ticks;
  return down / end_ticks(score);
}

Score played(const PartScore& piece, double articulation, double arousal = 0) {
  return perform(piece, plan_of(piece, {.articulation = articulation, .emotion = {0, arousal}}));
}

TEST(Pedal, ChangesWithEveryHarmony) {
  PartScore piece = song(8);
  piece.chords.push_back({24, 5, ChordQuality::kMajor, 5});  // a second chord in the first bar
  std::ranges::sort(piece.chords, {}, &Chord::start);
  const Score score = played(piece, 1);
  const auto& spans = score.tracks[0].pedal;
  ASSERT_EQ(spans.size(), piece.chords.size());
  for (const Chord& chord : piece.chords) {
    const int change = chord.start * 40;
    for (const PedalSpan& span : spans)
      EXPECT_FALSE(span.start_ticks < change - 60 && span.end_ticks > change + 20) << chord.start;
  }
}

TEST(Pedal, GoesDownAfterTheStrikeAndUpBeforeTheNextHarmonySounds) {
  const Score score = played(song(8), 1);
  const auto& spans = score.tracks[0].pedal;
  const auto near = [](int ticks, int place) { return std::abs(ticks - place) < 100; };
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const int start = static_cast<int>(i) * 1920, next = start + 1920;
    EXPECT_GT(spans[i].start_ticks, start + 20);
    for (const Track& track : score.tracks)
      for (const Note& note : track.notes) {
        if (!near(note.start_ticks, next)) continue;
        EXPECT_LE(spans[i].end_ticks, note.start_ticks);
      }
  }
}

TEST(Pedal, ABassNoteOutsideTheChordChangesIt) {
  PartScore piece = song(1);
  piece.part(Part::kBass) = {{0, 24, 36}, {24, 24, 38}};  // D under C major
  EXPECT_EQ(played(piece, 1).tracks[0].pedal.size(), 2u);
}

TEST(Pedal, DetachedMusicHasLessAndStaccatoNone) {
  const PartScore piece = song(16);
  EXPECT_GT(pedalled_share(played(piece, 1)), .8);
  EXPECT_LT(pedalled_share(played(piece, .75)), pedalled_share(played(piece, .85)));
  EXPECT_GT(pedalled_share(played(piece, .7)), .2);
  EXPECT_EQ(pedalled_share(played(piece, .5)), 0);
  EXPECT_EQ(pedal_share(kNoPedal), 0);
  EXPECT_EQ(pedal_share(kFullPedal), 1);
}

TEST(Pedal, SpansFollowEachOtherAndEndWithThePiece) {
  const Score score = played(song(16), .95);
  const auto& spans = score.tracks[0].pedal;
  for (std::size_t i = 0; i + 1 < spans.size(); ++i) EXPECT_LT(spans[i].end_ticks, spans[i + 1].start_ticks);
  EXPECT_LE(spans.back().end_ticks, end_ticks(score));
}

}  // namespace
}  // namespace s2m
