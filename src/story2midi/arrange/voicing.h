// Inner voices of a chord.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "story2midi/arrange/instruments.h"
#include "story2midi/music/parts.h"

namespace s2m {

struct VoicePlace {
  PitchRange hard, home;           // of the instrument
  std::optional<int> before = {};  // what the voice played last
};

struct ChordSpace {
  Chord chord;
  int floor = 0;      // the bass below
  int ceiling = 127;  // the melody above
};

// A pitch for each voice, the highest first: chord tones inside the hard range, near the voice's home and its last tone, of
// different names where there are enough, between bass and melody where there is room, and no third or closer to the bass
// below C3. Greedy from the top.
std::vector<int> voice_chord(const ChordSpace& space, std::span<const VoicePlace> voices);

}  // namespace s2m
