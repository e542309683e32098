// Measures of a score: density, register, dynamics, note lengths, polyphony and variety.
#pragma once

#include <cstdint>
#include <vector>

#include "story2midi/music/score.h"

namespace s2m {

// A stretch of ticks [start_ticks, end_ticks).
struct TickRange {
  std::int32_t start_ticks = 0;
  std::int32_t end_ticks = 0;
};

// Of the notes that start in a stretch of music; polyphony and entropy of all that sounds in it. Drums are
// left out. A beat is a quarter. Without notes every mean is 0.
struct Measures {
  int notes = 0;
  double beats = 0;                // length of the stretch
  double notes_per_beat = 0;       // density
  double mean_pitch = 0;           // register, MIDI keys
  double mean_velocity = 0;        // dynamics, 1 to 127
  double mean_length_beats = 0;    // articulation
  double polyphony = 0;            // mean number of notes sounding where any sounds
  double pitch_class_entropy = 0;  // bits, 0 to log2(12), weighted by sounding time
  double tempo_bpm = 120;          // quarters a minute over the stretch
};

Measures measure(const Score& score);
Measures measure(const Score& score, TickRange range);

// One entry a bar of bars(score).
std::vector<Measures> measure_bars(const Score& score);

// Share of the bars, weighted by their length, whose surroundings (`window_bars` centred on them) sound
// major.
double major_share(const Score& score, int window_bars = 8);

}  // namespace s2m
