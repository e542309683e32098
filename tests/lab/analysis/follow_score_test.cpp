#include "lab/analysis/follow_score.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/music/build_scores.h"

namespace s2m {
namespace {

// A written score of eighths with a bass, and the ticks of its quarters.
Score written(int beats) {
  Score score = testing::performance();
  score.ticks_per_quarter = 480;
  Random random(2);
  for (int i = 0; i < 2 * beats; ++i) {
    const auto pitch = static_cast<std::uint8_t>(random.between(60, 84));
    if (i % 4 == 0)
      score.tracks[0].notes.push_back({i * 240, 900, static_cast<std::uint8_t>(pitch - 24), 70});
    score.tracks[0].notes.push_back({i * 240, 230, pitch, 70});
  }
  return score;
}

std::vector<std::int32_t> quarters(int beats) {
  std::vector<std::int32_t> ticks;
  for (int i = 0; i < beats; ++i) ticks.push_back(i * 480);
  return ticks;
}

double played_seconds(double ticks) { return 1 + ticks / 900 + 0.5 * std::sin(ticks / 5000); }

// The score played with rubato and jitter; every `wrong`-th note is left out or struck falsely.
Score played(const Score& score, int wrong) {
  Score performance = testing::performance();
  Random random(4);
  int count = 0;
  for (Note note : score.tracks[0].notes) {
    if (++count % wrong == 0) {
      if (count % 2) continue;
      note.pitch += 1;
    }
    const double seconds = played_seconds(note.start_ticks) + 0.02 * (random.uniform() - 0.5);
    performance.tracks[0].notes.push_back({static_cast<std::int32_t>(seconds * 1000), 200, note.pitch, 70});
  }
  std::sort(performance.tracks[0].notes.begin(), performance.tracks[0].notes.end());
  return performance;
}

TEST(FollowScore, FindsEachBeatInAPerformance) {
  const Score score = written(200);
  for (int wrong : {10'000, 12, 7}) {
    const auto seconds = follow_score(played(score, wrong), score, quarters(200));
    ASSERT_EQ(seconds.size(), 200u);
    int near = 0;
    for (int i = 0; i < 200; ++i) near += std::abs(seconds[i] - played_seconds(i * 480)) < 0.05;
    EXPECT_GE(near, 194);
  }
}

TEST(FollowScore, NeverGoesBack) {
  const Score score = written(100);
  const auto seconds = follow_score(played(score, 5), score, quarters(100));
  EXPECT_TRUE(std::is_sorted(seconds.begin(), seconds.end()));
}

TEST(FollowScore, KnowsWhenItIsAnotherPiece) {
  EXPECT_TRUE(
      follow_score(testing::transposed(played(written(100), 50), 1), written(100), quarters(100)).empty());
  EXPECT_TRUE(follow_score(Score{}, written(10), quarters(10)).empty());
  EXPECT_TRUE(follow_score(written(10), Score{}, quarters(10)).empty());
}

TEST(MatchNotes, GivesEachWrittenNoteAsItWasPlayed) {
  const Score score = written(64);
  Score louder = score;
  for (Note& note : louder.tracks[0].notes)
    note.velocity = static_cast<std::uint8_t>(note.pitch), note.length_ticks = 120;
  const auto matched = match_notes(louder, score);
  ASSERT_EQ(matched.size(), score.tracks[0].notes.size());
  for (const MatchedNote& note : matched) {
    EXPECT_EQ(note.velocity, note.pitch);
    EXPECT_NEAR(note.seconds, seconds_at(score, note.score_ticks), 1e-6);
    EXPECT_NEAR(note.key_seconds, seconds_at(score, 120), 1e-6);
  }
}

TEST(MatchNotes, LeavesOutWhatWasNotPlayed) {
  const Score score = written(64);
  const auto matched = match_notes(played(score, 8), score);
  EXPECT_LT(matched.size(), score.tracks[0].notes.size());
  EXPECT_GT(matched.size(), score.tracks[0].notes.size() * 3 / 4);
}

}  // namespace
}  // namespace s2m
