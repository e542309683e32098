// The palettes: which instruments play together, what each of them may do, and how they lay out an accompaniment.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "story2midi/arrange/drum_patterns.h"
#include "story2midi/arrange/instruments.h"
#include "story2midi/arrange/layouts.h"

namespace s2m {

// What a player may do: bits of PalettePlayer::duties.
enum Duty : std::uint16_t {
  kLead = 1,         // the melody
  kUnison = 2,       // the melody with its leader
  kOctaveAbove = 4,  // ... an octave higher
  kOctaveBelow = 8,  // ... an octave lower
  kInner = 16,       // a voice of the accompaniment
  kBassLine = 32,    // the bass
  kBassOctave = 64,  // the bass an octave lower
  kAccompany = 128,  // bass and accompaniment in one part
  kStrokes = 256,    // roots on strong beats, where it is loud
  kKit = 512,        // drums
};

struct PalettePlayer {
  std::string_view name;        // of the part, such as "Violin I"
  std::string_view instrument;  // in the table of instruments
  std::uint16_t duties;
  double share;  // of the bars that it is meant to play in
  int volume;    // controller 7
  int pan;       // controller 10: 0 left, 64 middle
};

struct Palette {
  std::string_view name;
  std::span<const PalettePlayer> players;      // in the order of a score
  std::span<const std::uint8_t> leaders;       // players who take the melody in turn, a phrase each
  int fewest;                                  // players who sound at the softest
  std::span<const Layout> layouts;             // at least three
  std::span<const std::string_view> patterns;  // of drums; empty without a kit
};

std::span<const Palette> palettes();
// Throws Error for a name that is not in the table; "" is the piano.
const Palette& palette_of(std::string_view name);

}  // namespace s2m
