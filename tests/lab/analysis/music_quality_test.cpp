#include "lab/analysis/music_quality.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lab/analysis/beat_grid.h"
#include "lab/analysis/pattern_compression.h"
#include "lab/analysis/structure.h"
#include "story2midi/base/error.h"
#include "tests/lab/analysis/made_music.h"
#include "tests/music/build_scores.h"

namespace s2m {
namespace {

using testing::of_bars;
using testing::random_bars;
using testing::repeated_phrase;

TEST(Compression, ARepeatedPatternCostsItselfAndItsCopies) {
  const std::vector<NotePoint> pattern{{0, 60}, {1, 67}, {4, 62}, {6, 71}, {11, 55}, {13, 78}};
  std::vector<NotePoint> points;
  for (int copy = 0; copy < 8; ++copy)
    for (const NotePoint& point : pattern) points.push_back({point.step + 16 * copy, point.pitch});
  EXPECT_DOUBLE_EQ(compression_ratio(points), 48.0 / (6 + 7));
}

TEST(Compression, NeitherTimeNorTranspositionMatters) {
  auto points = note_points(repeated_phrase(2, 8, 5), 4);
  const double ratio = compression_ratio(points);
  for (NotePoint& point : points) point.step += 1000, point.pitch += 7;
  EXPECT_DOUBLE_EQ(compression_ratio(points), ratio);
}

TEST(Compression, RandomNotesHardlyCompress) {
  EXPECT_LT(compression_ratio(note_points(random_bars(16, 3), 4)), 1.6);
  EXPECT_GT(compression_ratio(note_points(repeated_phrase(1, 16, 3), 4)), 4);
  EXPECT_EQ(compression_ratio({}), 1);
  EXPECT_EQ(compression_ratio({{0, 60}}), 1);
}

TEST(Structure, ARepeatedPhraseIsFoundAtItsOwnScale) {
  const auto repeated = structure_indicators(repeated_phrase(5, 20, 7));  // ten seconds, four times
  const auto random = structure_indicators(random_bars(20, 7));
  EXPECT_GT(repeated.middle_term, 0.5);
  EXPECT_GT(repeated.middle_term, random.middle_term + 0.2);
  EXPECT_GT(repeated.short_term, random.short_term);
  EXPECT_LE(repeated.short_term, 1);
}

TEST(Structure, ATransposedRepetitionIsARepetition) {
  const Score score = repeated_phrase(5, 10, 9);
  Score twice = score;
  const Score higher = testing::transposed(score, 5);
  for (Note note : higher.tracks[0].notes) {
    note.start_ticks += 10 * 1920;
    twice.tracks[0].notes.push_back(note);
  }
  EXPECT_NEAR(structure_indicators(twice).middle_term,
              structure_indicators(repeated_phrase(5, 20, 9)).middle_term, 0.1);
}

TEST(Structure, AShortPieceHasNoLongStructure) {
  EXPECT_EQ(structure_indicators(repeated_phrase(1, 4, 1)).long_term, 0);
  EXPECT_EQ(structure_indicators(Score{}).short_term, 0);
}

// The whole matrix as one segment repeats nothing; two equal halves cover all.
TEST(Structure, FitnessOfKnownMatrices) {
  SquareMatrix twice(8);
  for (std::size_t row = 0; row < 8; ++row)
    for (std::size_t column = 0; column < 8; ++column)
      twice.at(row, column) = row % 4 == column % 4 ? 1.0f : -2.0f;
  EXPECT_EQ(fitness(twice, 0, 8), 0);
  // Score (8 - 4) / 8 cells, coverage (8 - 4) / 8 rows.
  EXPECT_NEAR(fitness(twice, 0, 4), 0.5, 1e-6);
  EXPECT_NEAR(fitness(twice, 4, 4), 0.5, 1e-6);
}

TEST(Quality, OneRepeatedBarIsEvenInAllItsMeasures) {
  const auto quality = measure_quality(repeated_phrase(1, 16, 11));
  const auto random = measure_quality(random_bars(16, 11));
  EXPECT_EQ(quality.groove_similarity, 1);
  EXPECT_LT(random.groove_similarity, 0.75);
  EXPECT_DOUBLE_EQ(quality.entropy_1_bar, quality.entropy_4_bars);
  EXPECT_GT(random.entropy_4_bars, random.entropy_1_bar);
  EXPECT_GT(quality.compression_ratio, 2 * random.compression_ratio);
  EXPECT_EQ(quality.empty_bar_share, 0);
}

TEST(Quality, EntropyAndScaleByHand) {
  // Two pitch classes, evenly: one bit. All of a C major scale and one F sharp: seven of eight.
  EXPECT_DOUBLE_EQ(measure_quality(of_bars({{{0, 60}, {4, 67}, {8, 72}, {12, 79}}})).entropy_1_bar, 1);
  const auto scale = of_bars({{{0, 60}, {2, 62}, {4, 64}, {6, 65}}, {{0, 67}, {2, 69}, {4, 71}, {6, 66}}});
  EXPECT_DOUBLE_EQ(measure_quality(scale).scale_consistency, 7.0 / 8);
}

TEST(Quality, GrooveByHand) {
  // The bars differ on two of sixteen steps.
  const auto score = of_bars({{{0, 60}, {4, 60}}, {{0, 64}, {5, 60}}});
  EXPECT_DOUBLE_EQ(measure_quality(score).groove_similarity, 14.0 / 16);
}

TEST(Quality, EmptyBarsAndHands) {
  const auto score = of_bars({{{0, 36}, {0, 48}, {0, 72}, {0, 76}, {0, 79}}, {}, {}, {{0, 60}}});
  const auto quality = measure_quality(score);
  EXPECT_DOUBLE_EQ(quality.empty_bar_share, 0.5);
  EXPECT_GT(quality.hand_span_semitones, 10);
  EXPECT_LE(quality.hand_span_semitones, 12);
  EXPECT_EQ(measure_quality(Score{}).compression_ratio, 1);
}

TEST(Quality, BarsThatReturnByHand) {
  // The second bar shares one of three notes with the first; the third is the first again.
  const std::vector<testing::BarNote> first{{0, 60}, {8, 64}}, second{{0, 60}, {8, 65}};
  const auto quality = measure_quality(of_bars({first, second, first}));
  EXPECT_DOUBLE_EQ(quality.next_bar_likeness, 1.0 / 3);
  EXPECT_DOUBLE_EQ(quality.returning_bars, 0.5);
  EXPECT_DOUBLE_EQ(measure_quality(of_bars({first, {}, {}})).returning_bars, 0) << "silence is no return";
  EXPECT_DOUBLE_EQ(measure_quality(repeated_phrase(4, 12, 1)).returning_bars, 8.0 / 11);
}

TEST(Quality, BassAndWaitsByHand) {
  // C C G G C below a melody: two of four moves repeat; the longest wait is from 12 to the next bar's 8.
  const auto quality =
      measure_quality(of_bars({{{0, 36}, {0, 72}, {2, 76}, {4, 36}, {8, 43}, {12, 43}}, {{8, 36}}}));
  EXPECT_DOUBLE_EQ(quality.bass_repeats, 0.5);
  EXPECT_DOUBLE_EQ(quality.longest_gap_beats, 3);
}

TEST(Quality, FirstBarsEndWhereTheyEnd) {
  const auto cut = first_bars(repeated_phrase(2, 8, 2), 3);
  EXPECT_EQ(bars(cut).size(), 3u);
  EXPECT_LE(end_ticks(cut), 3 * 1920);
  EXPECT_EQ(first_bars(cut, 100), cut);
}

TEST(Quality, BarsWithinAPieceAreAPieceOfTheirOwn) {
  auto score = repeated_phrase(2, 8, 2);
  score.tempos = {{0, 500'000}, {1920, 400'000}, {5 * 1920, 300'000}};
  score.time_signatures = {{0, 4, 4}};
  score.markers = {{0, "start"}, {4 * 1920, "later"}};
  score.tracks.front().pedal = {{0, 2 * 1920}, {2 * 1920, 4 * 1920}, {5 * 1920, 7 * 1920}};
  const auto cut = bars_of(score, 3, 3);
  EXPECT_EQ(bars(cut).size(), 3u);
  EXPECT_LE(end_ticks(cut), 3 * 1920);
  EXPECT_EQ(cut.tempos, (std::vector<Tempo>{{0, 400'000}, {2 * 1920, 300'000}}));
  EXPECT_EQ(cut.time_signatures, score.time_signatures);
  EXPECT_EQ(cut.markers, (std::vector<Marker>{{1920, "later"}}));
  EXPECT_EQ(cut.tracks.front().pedal, (std::vector<PedalSpan>{{0, 1920}, {2 * 1920, 3 * 1920}}));
  std::vector<Note> moved;
  for (Note note : score.tracks.front().notes)
    if (note.start_ticks >= 3 * 1920 && note.start_ticks < 6 * 1920) {
      note.start_ticks -= 3 * 1920;
      moved.push_back(note);
    }
  EXPECT_EQ(cut.tracks.front().notes, moved);
  EXPECT_EQ(bars_of(score, 0, 100), score);
  EXPECT_THROW(bars_of(score, 16, 1), Error);
}

TEST(BeatGrid, AWrittenPieceStaysAPerformanceIsMoved) {
  const auto written = repeated_phrase(2, 8, 4);
  EXPECT_EQ(on_beat_grid(written), written);
  std::vector<double> beats;
  for (int i = 0; i < 65; ++i) beats.push_back(0.4 + 0.63 * i);
  const auto played = testing::play(beats, 4, 0.01);
  const auto moved = on_beat_grid(played);
  EXPECT_LT(grid_concentration(played), 0.25);
  EXPECT_GT(grid_concentration(moved), 0.8);
  EXPECT_EQ(on_beat_grid(Score{}), Score{});
}

}  // namespace
}  // namespace s2m
