// Accompanying figures: patterns of chord tones in a bar, for every metre, that two hands can play under a melody.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/music/parts.h"

namespace s2m {

// A row of the table of figures (docs/reference/planning.md).
struct Figure {
  std::string_view name;    // "alberti", "tremolo", ...
  std::string_view bass;    // the bass pattern that it goes with
  std::string_view source;  // where it is described or known from
};
std::span<const Figure> figures();
const Figure* find_figure(std::string_view name);  // null for others
std::span<const std::string_view> bass_patterns();
bool is_bass_pattern(std::string_view name);

// A bar that a figure fills.
struct FigureBar {
  Metre metre;
  std::vector<Chord> chords;  // one at least; starts count from the bar line, the first at 0
  int bass_pitch = 43;        // the middle of the bass's octave
  int low_pitch = 48;         // the figure's lowest note lies here or above
  int high_pitch = 67;        // and its highest here or below: under the melody
};

// Notes of the figure, and of the bass, of one bar; starts count from the bar line. Together they fit two hands (each at
// most a tenth and five keys) and keep a major third or more below C3, but for octaves and fifths. No note crosses a change
// of chord or the bar line. Throws Error for an unknown name.
std::vector<PartNote> realise_figure(std::string_view name, const FigureBar& bar);
std::vector<PartNote> realise_bass(std::string_view name, const FigureBar& bar);

}  // namespace s2m
