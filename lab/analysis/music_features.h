// Features of a piece that relate to its perceived emotion: mode and harmony, tempo and density, register and melody,
// dynamics, articulation and pedal. The judge classifies by them; reports compare them.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "story2midi/music/score.h"

namespace s2m {

// Drums are left out. Shares are of 1. Times are by the clock, from the first onset to the last note's end,
// so that a performance and a score compare; only those marked "grid" count the score's own quarters, which
// mean nothing for a performance that was not put on the grid of its beats first (music/beats.h). Found beats
// are track_beats', for scores too. Every value is finite; without notes all are 0.
struct MusicFeatures {
  // Mode and harmony.
  double major_share = 0;            // of the bars, by the key of the eight around each (grid)
  double major_evidence = 0;         // log odds of a major against a minor key, in [-8, 8]
  double local_major = 0;            // mean of the same over eight found beats, squashed to [-1, 1]
  double key_confidence = 0;         // of the found key among the 24
  double keys_heard = 0;             // different keys found over eight beats, as a share of those stretches
  std::array<double, 12> degrees{};  // sounding time by semitones above the found key's tonic
  std::array<double, 12> scale{};    // the same above the major tonic of the found key's signature
  double chromatic_share = 0;        // sounding time outside that signature
  double pitch_class_entropy = 0;    // bits
  double major_chords = 0;           // share of the found beats that sound as a major triad, and so on
  double minor_chords = 0;
  double diminished_chords = 0;
  double suspended_chords = 0;
  double unclear_chords = 0;          // none of these fits
  std::array<double, 7> intervals{};  // time of pairs sounding together, by interval class 0 to 6
  double dissonance = 0;              // of which seconds, sevenths and tritones
  // Tempo, density, rhythm.
  double tempo_bpm = 0;        // mean quarters a minute of the tempo map (grid)
  double found_tempo_bpm = 0;  // median of the found beats; may be off by an octave
  double notes_per_beat = 0;   // grid
  double notes_per_found_beat = 0;
  double notes_per_second = 0;
  double onsets_per_second = 0;  // notes struck together count once
  double notes_per_onset = 0;
  double polyphony = 0;  // notes sounding, mean over the time in which any sounds
  double silence_share = 0;
  double short_steps = 0;      // share of onsets that follow the one before within .18 s
  double long_steps = 0;       // ... after .6 s or more
  double rhythm_variety = 0;   // deviation of the log of the time between onsets
  double rhythm_change = 0;    // nPVI / 100: mean change of that time from one to the next
  double density_variety = 0;  // deviation of onsets a second over stretches of four seconds, by its mean
  // Articulation.
  double length_seconds = 0;  // mean of the notes
  double length_beats = 0;    // grid
  double legato = 0;          // mean of note length by time to the next onset, at most 3
  double detached_share = 0;  // notes shorter than half of that time
  double pedal_share = 0;     // of the time
  // Dynamics.
  double velocity = 0;  // mean
  double velocity_deviation = 0;
  double velocity_swell = 0;     // deviation of the mean velocity of four-second stretches
  double melody_prominence = 0;  // velocity of the highest notes over the others'
  // Register and melody: the highest note of each onset.
  double pitch = 0;  // mean, MIDI keys
  double pitch_deviation = 0;
  double melody_pitch = 0;
  double bass_pitch = 0;       // mean of the lowest note of each onset
  double low_share = 0;        // of the notes, below C3 (48)
  double high_share = 0;       // of the notes, C6 (84) and above
  double melody_step = 0;      // share of the melody's moves that are a second
  double melody_leap = 0;      // ... a fifth or more
  double melody_repeat = 0;    // ... a note again
  double melody_interval = 0;  // mean size, semitones, at most 12
  bool operator==(const MusicFeatures&) const = default;
};

// Throws Error for a score of more than two hours.
MusicFeatures music_features(const Score& score);

struct NamedFeature {
  std::string name;  // as in the struct; of an array "degrees_0", "degrees_1", ...
  double value = 0;
};

// All of them, in the order of the struct.
std::vector<NamedFeature> named(const MusicFeatures& features);

}  // namespace s2m
