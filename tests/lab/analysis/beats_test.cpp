#include "lab/analysis/beats.h"

#include <gtest/gtest.h>

#include <cmath>

#include "story2midi/base/error.h"
#include "tests/music/build_scores.h"

namespace s2m {
namespace {

std::vector<double> steady(int count, double interval, double first = 0.5) {
  std::vector<double> beats;
  for (int i = 0; i < count; ++i) beats.push_back(first + i * interval);
  return beats;
}

// Share of `truth`'s beats that have a found beat within 50 ms, the last left out: nothing is struck there.
double recall(const std::vector<double>& found, const std::vector<double>& truth) {
  int hits = 0;
  for (std::size_t i = 0; i + 1 < truth.size(); ++i)
    for (double beat : found)
      if (std::abs(beat - truth[i]) < 0.05) {
        ++hits;
        break;
      }
  return hits / (truth.size() - 1.0);
}

void expect_found(const std::vector<double>& truth, double jitter_seconds) {
  const auto found = track_beats(testing::play(truth, 4, jitter_seconds));
  EXPECT_GE(recall(found, truth), 0.95);
  EXPECT_NEAR(double(found.size()), double(truth.size()), 0.05 * truth.size() + 1);
}

TEST(TrackBeats, FindsASteadyBeatAtManyTempos) {
  for (double interval : {0.4, 0.5, 0.6, 0.75, 0.9}) expect_found(steady(80, interval), 0);
}

TEST(TrackBeats, ToleratesJitter) { expect_found(steady(80, 0.6), 0.02); }

TEST(TrackBeats, FollowsATempoChange) {
  std::vector<double> beats{0.5};
  for (int i = 0; i < 120; ++i) beats.push_back(beats.back() + 0.7 - 0.3 * i / 120);
  expect_found(beats, 0.01);
}

TEST(TrackBeats, FollowsATempoThatJumps) {
  std::vector<double> beats = steady(50, 0.75);
  for (int i = 0; i < 60; ++i) beats.push_back(beats.back() + 0.45);
  expect_found(beats, 0);
}

TEST(TrackBeats, LaterMusicHasLaterBeats) {
  const auto early = track_beats(testing::play(steady(40, 0.6), 4, 0.01));
  const auto late = track_beats(testing::play(steady(40, 0.6, 7.5), 4, 0.01));
  ASSERT_EQ(early.size(), late.size());
  for (std::size_t i = 0; i < early.size(); ++i) EXPECT_NEAR(late[i], early[i] + 7, 0.02);
}

TEST(TrackBeats, AscendsAndCoversTheMusic) {
  const Score score = testing::play(steady(40, 0.53), 3, 0.04);
  const auto beats = track_beats(score);
  for (std::size_t i = 1; i < beats.size(); ++i) EXPECT_GT(beats[i], beats[i - 1]);
  EXPECT_LE(beats.front(), seconds_at(score, score.tracks[0].notes.front().start_ticks) + 0.05);
  EXPECT_GE(beats.back(), seconds_at(score, score.tracks[0].notes.back().start_ticks) - 0.05);
}

TEST(TrackBeats, NeedsTwoOnsets) {
  EXPECT_TRUE(track_beats(Score{}).empty());
  EXPECT_TRUE(track_beats(testing::melody({60})).empty());
  EXPECT_GE(track_beats(testing::melody({60, 62})).size(), 2u);
}

TEST(TrackBeats, RefusesHoursOfSilence) {
  Score score = testing::performance();
  score.tracks[0].notes = {{0, 100, 60, 64}, {2'000'000'000, 100, 60, 64}};
  EXPECT_THROW(track_beats(score), Error);
}

TEST(Downbeats, AreFoundWithTheirMetre) {
  for (int metre : {3, 4}) {
    std::vector<double> beats = steady(96, 0.5);
    const Score score = testing::play(beats, metre, 0.01);
    EXPECT_EQ(guess_beats_per_bar(score, beats), metre);
    EXPECT_EQ(find_downbeat(score, beats, metre), 0);
    beats.erase(beats.begin());
    EXPECT_EQ(find_downbeat(score, beats, metre), metre - 1);
  }
}

TEST(AlignToBeats, PutsBeatsOnQuarters) {
  const std::vector<double> beats{0.5, 1.1, 1.6, 2.3, 2.8};
  Score score = testing::performance();
  for (double beat : beats)
    score.tracks[0].notes.push_back({static_cast<std::int32_t>(beat * 1000 + 0.5), 100, 60, 64});
  const Score aligned = align_to_beats(score, beats, 4, 0);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(aligned.tracks[0].notes[i].start_ticks, i * 480);
  EXPECT_EQ(aligned.ticks_per_quarter, 480);
  EXPECT_EQ(bars(aligned)[1].start_ticks, 1920);
}

TEST(AlignToBeats, PickupStandsBeforeTheFirstDownbeat) {
  const std::vector<double> beats = steady(12, 0.5);
  const Score score = testing::play(beats, 4, 0);
  for (int downbeat : {0, 1, 2, 3}) {
    const Score aligned = align_to_beats(score, beats, 4, downbeat);
    EXPECT_EQ(aligned.tracks[0].notes[0].start_ticks, (4 - downbeat) % 4 * 480);
  }
  EXPECT_EQ(align_to_beats(score, beats, 4, 9).tracks[0].notes[0].start_ticks, 3 * 480);
}

TEST(AlignToBeats, KeepsOrderAndSeconds) {
  Random random(5);
  std::vector<double> beats{0.3};
  for (int i = 0; i < 60; ++i) beats.push_back(beats.back() + 0.3 + random.uniform());
  const Score score = testing::play(beats, 4, 0.2);
  const Score aligned = align_to_beats(score, beats, 3, 2);
  const auto &before = score.tracks[0].notes, &after = aligned.tracks[0].notes;
  ASSERT_EQ(before.size(), after.size());
  EXPECT_TRUE(std::is_sorted(after.begin(), after.end()));
  const double lead = seconds_at(aligned, after[0].start_ticks) - seconds_at(score, before[0].start_ticks);
  for (std::size_t i = 0; i < before.size(); ++i) {
    // A tick of the slowest beat is 2.7 ms; rounding moves a note half of one.
    EXPECT_NEAR(seconds_at(aligned, after[i].start_ticks) - seconds_at(score, before[i].start_ticks), lead,
                0.003);
  }
}

TEST(AlignToBeats, KeepsSecondsWithinAMillisecondAtUsualTempos) {
  const std::vector<double> beats = steady(50, 0.43);
  const Score score = testing::play(beats, 4, 0.05);
  const Score aligned = align_to_beats(score, beats, 4, 0);
  const auto &before = score.tracks[0].notes, &after = aligned.tracks[0].notes;
  const double lead = seconds_at(aligned, after[0].start_ticks) - seconds_at(score, before[0].start_ticks);
  for (std::size_t i = 0; i < before.size(); ++i)
    EXPECT_NEAR(seconds_at(aligned, after[i].start_ticks) - seconds_at(score, before[i].start_ticks), lead,
                0.001);
}

TEST(AlignToBeats, MovesPedalKeysAndMarkers) {
  const std::vector<double> beats = steady(8, 0.5, 0);
  Score score = testing::play(beats, 4, 0);
  score.tracks[0].pedal = {{1000, 1500}, {1750, 1750}};
  score.key_signatures = {{2000, {7, Mode::kMajor}}};
  score.markers = {{500, "here"}};
  const Score aligned = align_to_beats(score, beats, 4, 0);
  EXPECT_EQ(aligned.tracks[0].pedal, (std::vector<PedalSpan>{{960, 1440}}));
  EXPECT_EQ(aligned.key_signatures[0].start_ticks, 1920);
  EXPECT_EQ(aligned.markers[0].start_ticks, 480);
}

TEST(AlignToBeats, RefusesBeatsTooCloseTogetherForTheMusic) {
  Score score;
  score.tracks.push_back({"", 0, false, {{0, 480, 60, 64}}, {}});
  const std::vector<double> beats{1000, 1000.0000001, 1000.0000002};
  EXPECT_THROW(align_to_beats(score, beats, 4, 0), Error);
}

TEST(AlignToBeats, RefusesBadBeats) {
  const Score score = testing::melody({60});
  EXPECT_THROW(align_to_beats(score, std::vector<double>{1}, 4, 0), Error);
  EXPECT_THROW(align_to_beats(score, std::vector<double>{1, 1}, 4, 0), Error);
  EXPECT_THROW(align_to_beats(score, std::vector<double>{1, std::nan("")}, 4, 0), Error);
  EXPECT_THROW(align_to_beats(score, std::vector<double>{1, 2}, 0, 0), Error);
}

}  // namespace
}  // namespace s2m
