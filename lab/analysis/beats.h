// Beat tracking in performances without a beat grid, and quantising a performance to a grid of beats.
#pragma once

#include <span>
#include <vector>

#include "story2midi/music/score.h"

namespace s2m {

// Times of the beats in seconds, ascending, from at or before the first onset to just after the last; empty
// for fewer than two onsets. Follows tempo changes and jumps between 35 and 240 beats a minute. Throws Error
// for a performance of more than two hours.
std::vector<double> track_beats(const Score& performance);

// 3 or 4 (2 counts as 4), from how often accents and new harmony come; judged on its beats.
int guess_beats_per_bar(const Score& performance, std::span<const double> beat_seconds);

// Index of the first beat that opens a bar, 0 to beats_per_bar - 1: the phase with the strongest accents
// (low, long, loud, full onsets) and changes of harmony.
int find_downbeat(const Score& performance, std::span<const double> beat_seconds, int beats_per_bar);

// Writes a performance on the grid of its beats, at 480 ticks a quarter and one quarter a beat: notes, pedal
// and markers are moved piecewise linearly between `beat_seconds` (ascending, at least 2; beyond the ends the
// outermost interval goes on), and the tempo map follows the intervals. `first_downbeat` is the index of a
// beat that opens a bar. Tick 0 opens a bar too: the last downbeat at or before the first note. Without a
// note it is beat 0's bar. Time signature `beats_per_bar`/4. Key signatures are moved like notes. Nothing is
// quantised. Throws Error for fewer than two beats, beats that do not ascend or `beats_per_bar` < 1.
Score align_to_beats(const Score& performance, std::span<const double> beat_seconds, int beats_per_bar,
                     int first_downbeat);

// The same with nothing known: beats, beats a bar and downbeat as the functions above find them. Throws Error
// where fewer than two beats are found.
Score on_found_beats(const Score& performance);

}  // namespace s2m
