// Chords measured in music: a hidden Markov model over the beats, whose states are the chords of ChordQuality.
#pragma once

#include <span>
#include <vector>

#include "story2midi/music/parts.h"

namespace s2m {

// The chords that `notes` (by start; lengths as they sound) most probably play, one at each bar's start and one wherever
// it changes, at beats. Each sounding note counts by its duration within the beat, at most a half note, more on strong
// beats and more as the lowest note. `bass` is the pitch class of the lowest note at the chord's start, or the root
// where that is no chord tone. Bars before the first note take its chord. Empty without notes.
std::vector<Chord> measure_chords(std::span<const PartNote> notes, std::span<const PartBar> bars);

}  // namespace s2m
