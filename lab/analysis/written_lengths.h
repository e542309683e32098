// Written lengths for notes that are played.
#pragma once

#include <span>
#include <vector>

#include "story2midi/music/parts.h"

namespace s2m {

// A note of a part with the end that was played, in grid positions.
struct PlayedNote {
  int start = 0;
  double end = 0;
  std::uint8_t pitch = 60;
};

// What ends a note at the latest, beside its part's next strike.
struct LengthLimits {
  std::span<const Chord> chords = {};  // a note ends where a chord begins to which it does not belong
  std::span<const PlayedNote> accompaniment =
      {};                                   // by start; ... where the hand strikes more than a tenth away
  std::span<const PlayedNote> melody = {};  // its hand takes what lies within an octave below
};

// Notes (by start) of a monophonic part, or of a part of chords, with lengths as one writes them: cut at the next
// strike (of a part of chords: of the same key) and by `limits`; gaps of less than a sixteenth or a quarter of the
// time to the next strike closed; else the nearest usual value.
std::vector<PartNote> written_line(std::span<const PlayedNote> notes, const LengthLimits& limits);
std::vector<PartNote> written_chords(std::span<const PlayedNote> notes, const LengthLimits& limits);

}  // namespace s2m
