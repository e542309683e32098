#include "story2midi/music/score.h"

#include <gtest/gtest.h>

#include "story2midi/base/error.h"
#include "story2midi/base/limits.h"
#include "tests/music/build_scores.h"

namespace s2m {
namespace {

TEST(Score, WithoutNotesHasNoEndAndNoBars) {
  EXPECT_EQ(end_ticks(Score{}), 0);
  EXPECT_TRUE(bars(Score{}).empty());
  EXPECT_EQ(seconds_at(Score{}, 480), 0.5);
}

TEST(Score, EndsWithItsLastSoundingNote) {
  Score score = testing::melody({60, 62});
  score.tracks[0].notes[0].length_ticks = 5000;
  EXPECT_EQ(end_ticks(score), 5000);
}

TEST(Score, SecondsFollowTheTempoMap) {
  Score score;
  score.tempos = {Tempo::from_bpm(0, 60), Tempo::from_bpm(960, 120)};
  EXPECT_DOUBLE_EQ(seconds_at(score, 480), 1);
  EXPECT_DOUBLE_EQ(seconds_at(score, 960), 2);
  EXPECT_DOUBLE_EQ(seconds_at(score, 1440), 2.5);
}

TEST(Score, TempoThatStartsLateFollowsTheDefault) {
  Score score;
  score.tempos = {Tempo::from_bpm(480, 60)};
  EXPECT_DOUBLE_EQ(seconds_at(score, 960), 1.5);
}

TEST(Score, TicksAreTheInverseOfSeconds) {
  Score score;
  Random random(3);
  for (int tick = 0; tick < 50'000; tick += random.between(1, 900))
    score.tempos.push_back(Tempo::from_bpm(tick, random.between(30, 300)));
  for (int i = 0; i < 500; ++i) {
    const int ticks = random.between(0, 60'000);
    EXPECT_EQ(ticks_at(score, seconds_at(score, ticks)), ticks);
  }
}

TEST(Score, BarsCoverEveryNoteStart) {
  const Score score = testing::melody({60, 62, 64, 65, 67});
  const auto all = bars(score);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1].start_ticks, 1920);
  EXPECT_EQ(all[1].length_ticks, 1920);
}

TEST(Score, MetreChangeInMidBarCutsTheBar) {
  Score score = testing::melody({60, 60, 60, 60, 60, 60, 60, 60});
  score.time_signatures = {{0, 4, 4}, {960, 3, 8}};
  const auto all = bars(score);
  EXPECT_EQ(all[0].length_ticks, 960);
  EXPECT_EQ(all[1].start_ticks, 960);
  EXPECT_EQ(all[1].length_ticks, 720);
  EXPECT_EQ(all[1].metre.numerator, 3);
}

TEST(Score, DamagedMetreStillMakesBars) {
  Score score = testing::melody({60, 60});
  score.time_signatures = {{0, 0, 0}};
  EXPECT_FALSE(bars(score).empty());
}

TEST(Score, MoreBarsThanTheLimitAreRefused) {
  Score score;
  score.ticks_per_quarter = 480;
  score.time_signatures = {{0, 1, 64}};  // 30 ticks a bar
  score.tracks.push_back({"", 0, false, {{30 * (limits::kMostScoreBars - 1), 1, 60, 64}}, {}});
  EXPECT_EQ(std::ssize(bars(score)), limits::kMostScoreBars);
  score.tracks[0].notes[0].start_ticks += 30;
  EXPECT_THROW(bars(score), Error);
}

TEST(Score, AMetreIsParsedOrAnError) {
  EXPECT_EQ(parse_metre("6/8"), (Metre{6, 8}));
  EXPECT_EQ(parse_metre("12/16"), (Metre{12, 16}));
  for (const char* bad : {"", "4", "4/", "/4", "0/4", "4/0", "5/4x", "-3/4", "300/4", "4/4/4", "4:4"})
    EXPECT_THROW(parse_metre(bad), Error) << bad;
}

}  // namespace
}  // namespace s2m
