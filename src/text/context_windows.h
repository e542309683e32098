// Pieces of running text (sentences, passages) read together, so that each is read with what surrounds it.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace s2m {

// Half-open ranges of pieces: `first` to `last` are read together, and the readings of `keep_first` to
// `keep_last` count. Every piece is kept once.
struct ContextWindow {
  std::size_t first = 0, last = 0;
  std::size_t keep_first = 0, keep_last = 0;
  bool operator==(const ContextWindow&) const = default;
};

// `lengths` of the pieces in order and `most` that a window holds, both in tokens. What is kept has, where
// the text and `most` allow it, a quarter of `most` before it and behind it. A piece longer than `most`
// stands alone.
std::vector<ContextWindow> context_windows(std::span<const std::size_t> lengths, std::size_t most);

}  // namespace s2m
