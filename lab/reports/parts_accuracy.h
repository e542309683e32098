// Accuracy of the chords and the melody that are found in music, on music in which they are known.
#pragma once

#include <filesystem>

#include "story2midi/music/score.h"

namespace s2m {

// Grid positions at which the annotation states a chord.
struct ChordAccuracy {
  int pieces = 0;
  double positions = 0;
  double root = 0;                        // ... and the measured root is the same
  double root_and_kind = 0;               // ... and both are major, minor, diminished, augmented or suspended
  double quality = 0;                     // ... and all of the quality is the same
  double bass = 0;                        // the same root and lowest note
  double changes = 0, found_changes = 0;  // from chord to chord, annotated and measured
};

// Of notes on the grid in bars in which the named melody has one.
struct MelodyAccuracy {
  int pieces = 0;
  double known = 0, found = 0, right = 0;  // notes of the named melody, of the one found, in both
  double elsewhere = 0;                    // notes of the one found in other bars
  double skyline = 0, skyline_right = 0;   // the highest note of each onset, for comparison
  double precision() const { return found > 0 ? right / found : 0; }
  double recall() const { return known > 0 ? right / known : 0; }
  double f1() const { return known + found > 0 ? 2 * right / (known + found) : 0; }
  double skyline_f1() const { return known + skyline > 0 ? 2 * skyline_right / (known + skyline) : 0; }
};

// A score on the grid of its beats whose melody has a track of its own: find_melody on all tracks, names unread.
void add(MelodyAccuracy& sums, const Score& score);

struct PartsAccuracy {
  ChordAccuracy chords;
  MelodyAccuracy melody;
};

// Of every file under `folder` that has a track with the melody: POP909's, put on their annotated beats, with their
// chords; MusicXML, melody alone. Throws Error where there is none.
PartsAccuracy evaluate_parts(const std::filesystem::path& folder);

}  // namespace s2m
