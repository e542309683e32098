#include "lab/analysis/music_features.h"

#include <gtest/gtest.h>

#include <cmath>
#include <initializer_list>
#include <numeric>
#include <set>

#include "tests/music/build_scores.h"

namespace s2m {
namespace {

using testing::melody;
using testing::transposed;

// Chords of half a bar, four notes deep, each held to the next, at 120 quarters a minute.
Score chords(std::initializer_list<std::initializer_list<int>> all) {
  Score score;
  score.tracks.emplace_back();
  std::int32_t start = 0;
  for (const auto& chord : all) {
    for (const int pitch : chord)
      score.tracks[0].notes.push_back({start, 960, static_cast<std::uint8_t>(pitch), 70});
    start += 960;
  }
  return score;
}

Score in_c_major() {
  return chords({{48, 60, 64, 67},
                 {41, 60, 65, 69},
                 {43, 59, 62, 67},
                 {48, 60, 64, 67},
                 {48, 60, 64, 67},
                 {41, 60, 65, 69},
                 {43, 59, 62, 67},
                 {48, 60, 64, 67}});
}

Score in_c_minor() {
  return chords({{48, 60, 63, 67},
                 {41, 60, 65, 68},
                 {43, 58, 62, 67},
                 {48, 60, 63, 67},
                 {48, 60, 63, 67},
                 {41, 60, 65, 68},
                 {43, 59, 62, 67},
                 {48, 60, 63, 67}});
}

Score at_tempo(Score score, double bpm) {
  score.tempos = {Tempo::from_bpm(0, bpm)};
  return score;
}

TEST(MusicFeatures, MajorAndMinorAreToldApart) {
  const auto major = music_features(in_c_major()), minor = music_features(in_c_minor());
  EXPECT_EQ(major.major_share, 1);
  EXPECT_EQ(minor.major_share, 0);
  EXPECT_GT(major.major_evidence, 2);
  EXPECT_LT(minor.major_evidence, -2);
  EXPECT_GT(major.local_major, minor.local_major + 0.5);
  EXPECT_GT(major.major_chords, 0.9);
  EXPECT_GT(minor.minor_chords, 0.6);
  EXPECT_GT(major.degrees[4], 0.1);  // the major third above the tonic
  EXPECT_EQ(minor.degrees[4], 0);
}

TEST(MusicFeatures, TransposingMovesTheRegisterAlone) {
  const auto low = music_features(in_c_minor()), high = music_features(transposed(in_c_minor(), 5));
  EXPECT_NEAR(high.pitch, low.pitch + 5, 1e-9);
  EXPECT_NEAR(high.melody_pitch, low.melody_pitch + 5, 1e-9);
  EXPECT_NEAR(high.bass_pitch, low.bass_pitch + 5, 1e-9);
  const std::set<std::string> moved{"pitch", "melody_pitch", "bass_pitch", "low_share", "high_share"};
  const auto before = named(low), after = named(high);
  for (std::size_t i = 0; i < before.size(); ++i)
    if (!moved.contains(before[i].name)) {
      EXPECT_NEAR(before[i].value, after[i].value, 1e-9) << before[i].name;
    }
}

TEST(MusicFeatures, DoublingTheTempoDoublesWhatIsCountedByTheSecond) {
  const auto slow = music_features(at_tempo(in_c_major(), 70));
  const auto fast = music_features(at_tempo(in_c_major(), 140));
  EXPECT_NEAR(fast.notes_per_second, 2 * slow.notes_per_second, 1e-3);
  EXPECT_NEAR(fast.onsets_per_second, 2 * slow.onsets_per_second, 1e-3);
  EXPECT_NEAR(fast.length_seconds, slow.length_seconds / 2, 1e-3);
  EXPECT_NEAR(fast.tempo_bpm, 140, 0.01);
  EXPECT_NEAR(slow.tempo_bpm, 70, 0.01);
  EXPECT_NEAR(fast.notes_per_beat, slow.notes_per_beat, 1e-9);
  EXPECT_NEAR(fast.legato, slow.legato, 1e-3);
  EXPECT_EQ(fast.major_share, slow.major_share);
}

TEST(MusicFeatures, ArticulationIsLengthByTheTimeToTheNextNote) {
  Score score = melody({60, 62, 64, 65, 67, 65, 64, 62});
  EXPECT_NEAR(music_features(score).legato, 1, 1e-6);
  EXPECT_EQ(music_features(score).detached_share, 0);
  for (Note& note : score.tracks[0].notes) note.length_ticks = 120;
  EXPECT_NEAR(music_features(score).legato, 0.25, 1e-6);
  EXPECT_EQ(music_features(score).detached_share, 1);
}

TEST(MusicFeatures, MelodyIsCountedByItsMoves) {
  const auto steps = music_features(melody({60, 62, 64, 65, 67})),
             leaps = music_features(melody({60, 72, 60}));
  EXPECT_EQ(steps.melody_step, 1);
  EXPECT_EQ(steps.melody_leap, 0);
  EXPECT_EQ(leaps.melody_leap, 1);
  EXPECT_EQ(leaps.melody_interval, 12);
  EXPECT_EQ(music_features(melody({60, 60, 60})).melody_repeat, 1);
}

TEST(MusicFeatures, IntervalsOfWhatSoundsTogether) {
  const auto thirds = music_features(chords({{60, 64}, {62, 65}, {64, 67}}));
  EXPECT_EQ(thirds.dissonance, 0);
  EXPECT_NEAR(thirds.intervals[3] + thirds.intervals[4], 1, 1e-9);
  const auto clash = music_features(chords({{60, 61}, {60, 66}, {60, 70}}));
  EXPECT_NEAR(clash.dissonance, 1, 1e-9);
}

TEST(MusicFeatures, TheLouderTheLoudnessAndNothingElse) {
  Score loud = in_c_major();
  for (Note& note : loud.tracks[0].notes) note.velocity = 100;
  const auto soft_features = music_features(in_c_major());
  auto loud_features = music_features(loud);
  EXPECT_EQ(soft_features.velocity, 70);
  EXPECT_EQ(loud_features.velocity, 100);
  loud_features.velocity = soft_features.velocity;
  EXPECT_EQ(loud_features, soft_features);
}

TEST(MusicFeatures, PedalIsAShareOfTheTime) {
  Score score = in_c_major();
  score.tracks[0].pedal = {{0, 960}, {1920, 2880}};
  EXPECT_NEAR(music_features(score).pedal_share, 0.25, 1e-9);
}

TEST(MusicFeatures, SilenceBeforeTheFirstNoteDoesNotCount) {
  Score late = in_c_major();
  for (Note& note : late.tracks[0].notes) note.start_ticks += 16 * 480;
  const auto early_features = music_features(in_c_major()), late_features = music_features(late);
  EXPECT_NEAR(late_features.notes_per_second, early_features.notes_per_second, 1e-9);
  EXPECT_NEAR(late_features.silence_share, early_features.silence_share, 1e-9);
  EXPECT_NEAR(late_features.velocity_swell, early_features.velocity_swell, 1e-9);
}

TEST(MusicFeatures, DrumsAreLeftOut) {
  Score score = in_c_major();
  Track drums;
  drums.is_drums = true;
  drums.notes = {{0, 100, 36, 127}, {7, 100, 38, 127}};
  score.tracks.push_back(drums);
  EXPECT_EQ(music_features(score), music_features(in_c_major()));
}

TEST(MusicFeatures, EveryValueHasOneNameAndIsFiniteForTheSmallestMusic) {
  EXPECT_EQ(music_features(Score{}), MusicFeatures{});
  for (const auto& score : {Score{}, melody({60}), melody({60, 127}), chords({{0, 127}})}) {
    std::set<std::string> names;
    const auto all = named(music_features(score));
    for (const auto& [name, value] : all) {
      EXPECT_TRUE(std::isfinite(value)) << name;
      names.insert(name);
    }
    EXPECT_EQ(names.size(), all.size());
    EXPECT_EQ(all.size() * sizeof(double), sizeof(MusicFeatures));
  }
}

}  // namespace
}  // namespace s2m
