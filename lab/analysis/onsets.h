// The onsets of a performance, and how strongly each stands out.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "story2midi/music/score.h"

namespace s2m {

// A note by the clock.
struct TimedNote {
  double seconds = 0, length_seconds = 0;
  int pitch = 60, velocity = 64;
};

// The notes of all tracks, by time of onset.
std::vector<TimedNote> timed_notes(const Score& score);

// The notes struck together (within 40 ms of the first), in order; `notes` by time of onset.
std::vector<std::span<const TimedNote>> struck_together(std::span<const TimedNote> notes);

// Notes struck together, heard as one onset.
struct Onset {
  double seconds = 0;   // mean of its notes, weighted by velocity
  double salience = 0;  // low, loud, long, full and followed by a gap, against the 16 onsets to either side
  int rank = 0;         // quarter of the piece's onsets by salience: 0 weakest, 3 strongest
  int lowest_pitch = 0;
};

// Ascending; empty for a score without notes.
std::vector<Onset> find_onsets(const Score& score);

}  // namespace s2m
