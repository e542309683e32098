// Where General MIDI drums stand on a staff of five lines.
#pragma once

namespace s2m {

struct DrumLine {
  char step;  // of the treble clef's staff
  int octave;
  bool is_cross;  // cymbals and sticks
};
// After Weinberg, Guidelines for Drumset Notation (Percussive Notes 1994). Others stand in the third space.
DrumLine drum_place(int midi_key);

}  // namespace s2m
