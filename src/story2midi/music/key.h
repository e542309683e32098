// Keys: names, MIDI key signatures, and key finding.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/music/score.h"

namespace s2m {

// "C major", "F# minor", "Bb minor", by the key's spelling; of two spellings alike, the usual one is Gb major and
// Eb minor.
std::string name_of(Key key);

// Reads "C", "F# minor", "Bbm", "Db:maj", "a min", and keeps the spelling where a signature has it. Without a mode
// the key is major. Throws Error.
Key parse_key(std::string_view text);

// Sharps (positive) or flats (negative) of the key's signature, -7 to 7; -6 to 5 under the usual spelling.
int sharps_of(Key key);

// The key with that signature and its spelling; more than seven are taken round the circle of fifths.
Key key_of_sharps(int sharps, Mode mode);

// Sounding time (any unit) of each pitch class; 0 is C.
using PitchClassWeights = std::array<double, 12>;

// Beats that each pitch class sounds in [start_ticks, end_ticks), drums left out.
PitchClassWeights pitch_class_weights(const Score& score, std::int32_t start_ticks, std::int32_t end_ticks);

// The same for each of `bars` (ascending, not overlapping), in one pass.
std::vector<PitchClassWeights> pitch_class_weights(const Score& score, std::span<const Bar> bars);

struct KeyEstimate {
  Key key;
  double confidence = 0;  // probability among the 24 keys
};

// The most probable key given the shares of the pitch classes. Without any weight it is C major with
// confidence 0.
KeyEstimate find_key(const PitchClassWeights& weights);
KeyEstimate find_key(const Score& score);
KeyEstimate find_key(const Score& score, std::int32_t start_ticks, std::int32_t end_ticks);

// Log odds that the key is major and not minor, given the shares of the pitch classes; 0 without any weight.
double major_evidence(const PitchClassWeights& weights);

// The key around each bar of bars(score): of the `window_bars` bars centred on it.
std::vector<KeyEstimate> find_bar_keys(const Score& score, int window_bars = 8);

}  // namespace s2m
