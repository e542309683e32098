// Returns: which earlier bar's chords each bar of a piece takes up again.
#pragma once

#include <span>
#include <vector>

#include "story2midi/emotion/emotion.h"

namespace s2m {

struct ThemedSection {
  int bars = 0;
  Emotion mean;
};

// One number a bar of the piece: the earlier bar, counted from 1, whose degrees it takes up; 0: new ones.
// Phrases are of four bars. docs/reference/planning.md says which return, and what real music does.
std::vector<int> returning_bars(std::span<const ThemedSection> sections);

}  // namespace s2m
