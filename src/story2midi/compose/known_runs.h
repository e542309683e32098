// Which runs of notes known pieces hold, in few bytes: what a composed piece shares with them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace s2m {

// A Bloom filter (Bloom 1970) of every kRunSteps steps (music/note_steps.h) that follow one another in a known piece.
class KnownRuns {
 public:
  static constexpr int kRunSteps = 8;

  KnownRuns() = default;
  // The steps of each piece, in at most so many bytes. Fewer bytes than one for each step let runs seem longer.
  KnownRuns(std::span<const std::vector<std::uint32_t>> pieces, std::size_t most_bytes);
  explicit KnownRuns(std::vector<std::uint8_t> bits) : bits_(std::move(bits)) {}

  // Notes in the longest run whose every part of kRunSteps steps is known; 0 where none is. A run that a known piece holds as
  // a whole never counts as shorter.
  int longest_run(std::span<const std::uint32_t> steps) const;
  const std::vector<std::uint8_t>& bits() const { return bits_; }

 private:
  std::vector<std::uint8_t> bits_;
};

// Of each piece, the same of what the other pieces hold.
std::vector<int> longest_shared_runs(std::span<const std::vector<std::uint32_t>> pieces);

}  // namespace s2m
