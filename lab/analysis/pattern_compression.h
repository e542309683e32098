// Pattern compression: how much shorter a piece becomes when repeated, possibly transposed patterns are coded once.
#pragma once

#include <cstdint>
#include <vector>

#include "story2midi/music/note_steps.h"
#include "story2midi/music/score.h"

namespace s2m {

// The pitched notes on a grid of `steps_per_quarter`, sorted, each point once.
std::vector<NotePoint> note_points(const Score& score, int steps_per_quarter);

// COSIATEC (Meredith, Lemstroem, Wiggins 2003; Meredith 2013) over points of time and pitch: the pattern
// whose translated copies cover the most points a unit of code is taken out, again and again; a pattern of P
// points with V further copies costs P + V, a point left over 1. Returns points by cost, 1 or more; 1 for
// none. Of equal savings the pattern that covers more wins, then the earlier; compactness does not count.
// More than 400 points are coded in equal parts, one after another, for the search is cubic.
double compression_ratio(std::vector<NotePoint> points);

}  // namespace s2m
