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

}  // namespace s2m
