// How pitches are written: letter, accidental and octave, by key and chord.
#pragma once

#include <optional>
#include <span>

#include "story2midi/music/parts.h"
#include "story2midi/music/score.h"

namespace s2m {

struct SpelledPitch {
  int step = 0;    // 0 is C, 6 is B
  int alter = 0;   // semitones: -2 to 2
  int octave = 4;  // 4 from middle C on
  bool operator==(const SpelledPitch&) const = default;
};
inline char letter_of(int step) { return "CDEFGAB"[step]; }

// A place of a piece, for spelling.
struct TonalPlace {
  Key key;
  std::optional<Chord> chord = {};
};

// A place on the line of fifths: F is -1, C 0, G 1, F sharp 6, B flat -2. The tones of a chord are thirds above its
// root; others lie from five fifths below the tonic (b2) to six above it (#4), and a note that leads a semitone to
// `next`, and does not belong to the key, has the neighbouring letter. Double accidentals, and white keys written as
// black ones, only stand where they belong to the key, raise its leading tone, or are the third of a chord with
// sharps.
int line_of_fifths(int pitch, const TonalPlace& place, std::optional<int> next = {});

SpelledPitch spelled(int pitch, const TonalPlace& place, std::optional<int> next = {});

// Of a pitch class alone: the root or the bass of a chord. The octave means nothing.
SpelledPitch spelled_root(int pitch_class, Key key);

// The accidental that the signature of a key gives a step.
int alter_in_signature(Key key, int step);

}  // namespace s2m
