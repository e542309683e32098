// Drum patterns and fills, by name.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "story2midi/music/metre.h"

namespace s2m {

struct DrumStroke {
  int start = 0;   // grid positions from the bar line
  int key = 38;    // of General MIDI's percussion map
  int accent = 0;  // steps of velocity beside the bar's level
};

// A row per drum: sixteen signs, one a sixteenth of 4/4; X loud, x usual, o soft, . none. Bars of three and of compound
// beats have rows of their own; other metres are beaten from the groups of their beats.
struct DrumRow {
  int key;
  std::string_view common, three, compound;
};
struct DrumPattern {
  std::string_view name;
  std::span<const DrumRow> rows;
  std::string_view
      fill;  // over the last half bar of a phrase, in sixteenths: S snare, H M L toms, B bass drum, . none
  double calmest, wildest;  // the arousal for which it is meant
};

std::span<const DrumPattern> drum_patterns();
// Throws Error for a name that is not in the table.
const DrumPattern& drum_pattern_of(std::string_view name);

// A fill ends a phrase, a crash begins a section; the last bar is one stroke.
enum class DrumPlace : std::uint8_t { kWithin, kPhraseEnd, kSectionStart, kLast };
std::vector<DrumStroke> drum_bar(const DrumPattern& pattern, Metre metre, DrumPlace place);

}  // namespace s2m
