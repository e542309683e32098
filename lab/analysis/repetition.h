// Repetition within a piece: from bar to bar, at a distance, and in the bass.
#pragma once

#include <span>

#include "story2midi/music/score.h"

namespace s2m {

// Of the pitched notes of a score on the grid of its beats. Two bars are alike by the share of the notes of
// either that stand in both, at the same sixteenth and pitch; bars of unlike length are not compared.
struct Repetition {
  double next_bar_likeness = 0;  // mean over each bar and the one before
  double returning_bars = 0;     // share of the bars after the first that are half alike to an earlier one
  double bass_repeats = 0;       // share of the bass notes that strike the pitch of the one before again
  double longest_gap_beats = 0;  // quarters from one onset to the next, the most
};

// `notes` sorted; the bass is the lowest note of each onset where that lies below middle C. Empty bars are
// like nothing.
Repetition measure_repetition(std::span<const Note> notes, std::span<const Bar> bars, int ticks_per_quarter);

}  // namespace s2m
