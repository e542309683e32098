// How alike two written pieces are, bar for bar: takes of one plan, or a piece before and after a change.
#pragma once

#include "story2midi/music/parts.h"

namespace s2m {

// Shares from 0 to 1; 1 where neither piece has anything to compare.
struct Likeness {
  double chords = 1;          // of the time: the same root and quality
  double melody_rhythm = 1;   // melody onsets at places in both, by those in either
  double melody_contour = 1;  // the same, of onsets together with the direction from the note before
  double notes = 1;           // places and keys of all parts in both, by those in either
  bool operator==(const Likeness&) const = default;
};

Likeness likeness(const PartScore& a, const PartScore& b);

}  // namespace s2m
