// Harmony features of a piece: keys, scale degrees, chords and intervals. They are part of MusicFeatures.
#pragma once

#include <span>

#include "lab/analysis/music_features.h"
#include "lab/analysis/onsets.h"

namespace s2m {

// Fills in "Mode and harmony", all but major_share. `notes` by onset, not empty; `beat_seconds` ascending.
void measure_harmony(MusicFeatures& features, std::span<const TimedNote> notes,
                     std::span<const double> beat_seconds);

}  // namespace s2m
