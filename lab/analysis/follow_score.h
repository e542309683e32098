// Score following: aligns a written score with a performance of it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "story2midi/music/score.h"

namespace s2m {

// Seconds at which each of `score_ticks` (ascending) sounds in `performance`. Notes are matched by pitch in
// order (edit distance), the times between matched ones interpolated; outside them the nearest tempo goes on.
// Ascending like the ticks. Empty when fewer than three fifths of the performance's notes stand in the score
// in that order: then it is no performance of it, or has other repeats. Throws Error for more than 100,000
// notes.
std::vector<double> follow_score(const Score& performance, const Score& score,
                                 std::span<const std::int32_t> score_ticks);

// A note of the score as it was played.
struct MatchedNote {
  std::int32_t score_ticks = 0;  // start in the score
  int pitch = 60;
  double seconds = 0;      // start in the performance
  double key_seconds = 0;  // how long the key was down
  int velocity = 64;
};

// The notes of `score` that were played, by start, then pitch; of two played notes that fit one, the first. Empty where
// follow_score is. Throws as it does.
std::vector<MatchedNote> match_notes(const Score& performance, const Score& score);

}  // namespace s2m
