// The instruments: what each can play and how it is written. One row each.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "story2midi/notation/sheet.h"

namespace s2m {

enum class Excitation : std::uint8_t { kStruck, kPlucked, kBowed, kBlown, kElectronic };

struct PitchRange {
  int lowest = 0, highest = 127;  // MIDI keys as they sound
  bool holds(int pitch) const { return pitch >= lowest && pitch <= highest; }
};

struct Instrument {
  std::string_view name;  // "Clarinet in Bb"
  std::string_view abbreviation;
  int program;        // General MIDI, from 0; of drums the kit
  Clef clef;          // of most of its music, or of the upper staff
  int staves;         // 2: treble and bass
  int transposition;  // semitones from a written note to its sound
  PitchRange hard;    // nothing beyond is ever written
  PitchRange home;    // where it sounds best: the quartiles of real parts where measured
  int most_at_once;   // 1: monophonic
  Excitation excitation;
  double articulation;  // share of a written length that a note sounds where nothing else is asked
  int expression_cc;    // the controller that swells a held tone: 11, or 0 where none can
  bool has_pedal;       // the sustain pedal, controller 64
  // Open strings from the lowest, 0 where there are no more: what is struck together must lie under one hand.
  std::array<std::uint8_t, 6> strings;
  int reach;  // frets, or semitones of bowed strings, between the stopped notes of one hand
};

bool is_drums(const Instrument& instrument);
// Whether people call it so: its name or its first word, in any case ("clarinet" for "Clarinet in Bb", "violin" for "Violins").
bool is_called(const Instrument& instrument, std::string_view name);
std::span<const Instrument> instruments();
// Throws Error for a name that is not in the table.
const Instrument& instrument_of(std::string_view name);

// Whether these pitches, ascending, can sound at once. On strings one hand must stop them: each on a string of its own, stopped
// notes within the reach, and under a bow at most two on neighbouring strings. Of instruments with two staves two hands
// must hold them. True for all others.
bool is_playable(const Instrument& instrument, std::span<const int> pitches);

}  // namespace s2m
