// Where the phrases of a written piece begin, found from its melody.
#pragma once

#include <vector>

#include "story2midi/music/parts.h"

namespace s2m {

// Indices of the bars that begin a phrase, ascending from 0. Phrases have two to eight bars; the cheapest division, where
// four bars cost nothing, other lengths more, and a boundary pays by how long the melody waits there (a long note or a
// rest next to the bar line, after Cambouropoulos 2001).
std::vector<int> find_phrases(const PartScore& piece);

}  // namespace s2m
