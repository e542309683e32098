// Finds two files of the same performance: one that was published twice, whole, cut or with other ticks. Two
// performances of one work are not the same performance.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "story2midi/music/score.h"

namespace s2m {

// Sixteen notes one after another: which pitches, and when they come between the first and the last.
struct PlayedWindow {
  std::uint64_t pitches = 0;     // a hash
  std::array<float, 3> times{};  // of the 5th, 9th and 13th, as shares of the span
};

// A piece's windows, of which one in eight is kept: one that two pieces share is kept of both (winnowing,
// Schleimer et al. 2003).
std::vector<PlayedWindow> played_windows(const Score& score);

// Pieces one by one.
class SamePlaying {
 public:
  // The number (from 0) of an earlier piece with which this one shares half of the windows of the shorter;
  // nothing where it is new, or too short to have windows. The piece is remembered either way.
  std::optional<std::size_t> add(const std::vector<PlayedWindow>& windows);

 private:
  struct Place {
    std::size_t piece;
    std::array<float, 3> times;
  };
  std::unordered_multimap<std::uint64_t, Place> places_;
  std::vector<std::size_t> sizes_;  // windows of each piece
};

}  // namespace s2m
