#include "lab/datasets/same_playing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "story2midi/base/random.h"

namespace s2m {
namespace {

// `count` random notes, chords among them, played with the deviations of `player`.
Score playing(std::uint64_t work, std::uint64_t player, int count = 400) {
  Random notes(work, 1), hands(player, 2);
  Score score;
  score.tracks.emplace_back();
  double quarters = 0;
  for (int i = 0; i < count; ++i) {
    const auto pitch = static_cast<std::uint8_t>(notes.between(40, 90));
    if (notes.uniform() < 0.8) quarters += 0.25 * notes.between(1, 3) * (0.9 + 0.2 * hands.uniform());
    score.tracks[0].notes.push_back({static_cast<std::int32_t>(quarters * 480), 200, pitch, 80});
  }
  std::sort(score.tracks[0].notes.begin(), score.tracks[0].notes.end());
  return score;
}

// Notes from `first` on, in other ticks and at another tempo.
Score cut(const Score& whole, std::size_t first, int ticks_per_quarter, double factor) {
  Score part = whole;
  auto& notes = part.tracks[0].notes;
  notes.erase(notes.begin(), notes.begin() + static_cast<std::ptrdiff_t>(first));
  part.ticks_per_quarter = ticks_per_quarter;
  part.tempos = {Tempo::from_bpm(0, 120 / factor)};
  for (Note& note : notes)
    note.start_ticks =
        static_cast<std::int32_t>(std::lround(note.start_ticks * 1.0 * ticks_per_quarter / 480));
  return part;
}

TEST(SamePlaying, IsFoundWholeCutAndInOtherTicks) {
  SamePlaying playings;
  for (std::uint64_t work = 0; work < 20; ++work)
    EXPECT_FALSE(playings.add(played_windows(playing(work, work))));
  EXPECT_EQ(playings.add(played_windows(playing(7, 7))), 7u);
  EXPECT_EQ(playings.add(played_windows(cut(playing(3, 3), 200, 384, 1.1))), 3u);
}

TEST(SamePlaying, AWholePieceIsFoundByItsPart) {
  SamePlaying playings;
  playings.add(played_windows(cut(playing(3, 3), 250, 480, 1)));
  EXPECT_EQ(playings.add(played_windows(playing(3, 3))), 0u);
}

TEST(SamePlaying, AnotherPlayersPlayingOfTheWorkIsNew) {
  SamePlaying playings;
  for (std::uint64_t player = 0; player < 5; ++player)
    EXPECT_FALSE(playings.add(played_windows(playing(3, player)))) << player;
}

TEST(SamePlaying, ScalesAloneDoNotMakeTwoPiecesTheSame) {
  SamePlaying playings;
  for (std::uint64_t work = 0; work < 6; ++work) {
    Score score = playing(work, work, 300);
    const auto end = score.tracks[0].notes.back().start_ticks;
    for (int i = 0; i < 120; ++i)
      score.tracks[0].notes.push_back({end + 120 * (i + 1), 100, static_cast<std::uint8_t>(40 + i % 40), 80});
    EXPECT_FALSE(playings.add(played_windows(score))) << work;
  }
}

TEST(SamePlaying, PiecesOfFewNotesAreNeverTheSame) {
  SamePlaying playings;
  EXPECT_FALSE(playings.add(played_windows(Score{})));
  EXPECT_FALSE(playings.add(played_windows(playing(1, 1, 10))));
  EXPECT_FALSE(playings.add(played_windows(playing(1, 1, 10))));
}

}  // namespace
}  // namespace s2m
