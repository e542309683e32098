// Tells whether a score's notes lie on the grid of its beats, and puts them on one where they do not.
#pragma once

#include "story2midi/music/score.h"

namespace s2m {

// How much the onsets gather on the score's own sixteenths or triplet eighths: the mean cosine of their phase
// there, near 0 for a performance that knows no beats, 1 where each is exact. Drums count.
double grid_concentration(const Score& score);

// The score itself where its onsets gather on its own grid (.25 or more) or it has too few to tell; else the
// performance aligned to the beats and bars found in it, so that its quarters are beats. Throws Error for a
// performance of more than two hours.
Score on_beat_grid(const Score& score);

}  // namespace s2m
