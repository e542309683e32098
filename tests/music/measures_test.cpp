#include "story2midi/music/measures.h"

#include <gtest/gtest.h>

#include "tests/music/build_scores.h"

namespace s2m {
namespace {

TEST(Measures, OfNothingAreZero) {
  const Measures none = measure(Score{});
  EXPECT_EQ(none.notes, 0);
  EXPECT_EQ(none.notes_per_beat, 0);
  EXPECT_EQ(none.polyphony, 0);
  EXPECT_TRUE(measure_bars(Score{}).empty());
}

TEST(Measures, OfAMelodyOfQuarters) {
  Score score = testing::melody({60, 64, 67, 61});
  score.tempos = {Tempo::from_bpm(0, 90)};
  const Measures all = measure(score);
  EXPECT_EQ(all.notes, 4);
  EXPECT_DOUBLE_EQ(all.notes_per_beat, 1);
  EXPECT_DOUBLE_EQ(all.mean_pitch, 63);
  EXPECT_DOUBLE_EQ(all.mean_velocity, 80);
  EXPECT_DOUBLE_EQ(all.mean_length_beats, 1);
  EXPECT_DOUBLE_EQ(all.polyphony, 1);
  EXPECT_DOUBLE_EQ(all.pitch_class_entropy, 2);
  EXPECT_NEAR(all.tempo_bpm, 90, 1e-3);
}

TEST(Measures, TransposingMovesOnlyTheRegister) {
  const Score score = testing::melody({60, 64, 67, 61, 60});
  Measures moved = measure(testing::transposed(score, 5));
  EXPECT_DOUBLE_EQ(moved.mean_pitch, measure(score).mean_pitch + 5);
  EXPECT_NEAR(moved.pitch_class_entropy, measure(score).pitch_class_entropy, 1e-12);
  EXPECT_EQ(moved.notes_per_beat, measure(score).notes_per_beat);
}

TEST(Measures, ChordsAreVoices) {
  Score score = testing::melody({60, 60, 60});
  for (int pitch : {64, 67})
    for (int beat = 0; beat < 2; ++beat)
      score.tracks[0].notes.push_back({beat * 480, 480, static_cast<std::uint8_t>(pitch), 80});
  std::sort(score.tracks[0].notes.begin(), score.tracks[0].notes.end());
  EXPECT_NEAR(measure(score).polyphony, 7.0 / 3, 1e-12);
}

TEST(Measures, BarsSumToTheWhole) {
  const Score score = testing::melody({60, 62, 64, 65, 67, 69, 71, 72, 60});
  int notes = 0;
  for (const Measures& bar : measure_bars(score)) notes += bar.notes;
  EXPECT_EQ(measure_bars(score).size(), 3u);
  EXPECT_EQ(notes, 9);
}

TEST(Measures, DrumsAreLeftOut) {
  Score score = testing::melody({60, 62});
  Track drums;
  drums.is_drums = true;
  drums.notes = {{0, 480, 35, 127}};
  score.tracks.push_back(drums);
  EXPECT_EQ(measure(score).mean_pitch, 61);
  EXPECT_EQ(measure(score).mean_velocity, 80);
}

TEST(Measures, MajorShareTellsMajorFromMinor) {
  EXPECT_EQ(major_share(testing::melody({60, 64, 67, 65, 69, 72, 67, 71, 74, 60, 64, 67})), 1);
  EXPECT_EQ(major_share(testing::melody({57, 60, 64, 62, 65, 69, 64, 68, 71, 57, 60, 64})), 0);
  EXPECT_EQ(major_share(Score{}), 0.5);
}

}  // namespace
}  // namespace s2m
