// Which notes and rests draw a stretch of time: values, dots, ties and triplets that show the beats.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "story2midi/music/metre.h"

namespace s2m {

enum class NoteValue : std::uint8_t { kBreve, kWhole, kHalf, kQuarter, kEighth, k16th, k32nd };

enum class TupletEdge : std::uint8_t { kNone, kStart, kStop };

// A note or rest as it is drawn.
struct Symbol {
  int start = 0;   // grid positions from the bar line
  int length = 0;  // as it sounds
  NoteValue value = NoteValue::kQuarter;
  bool is_dotted = false;
  NoteValue triplet_of = NoteValue::kBreve;  // three of these in the time of two; kBreve: no triplet
  TupletEdge edge = TupletEdge::kNone;
  int stretch = 0;  // which of the bar's stretches it draws
  bool is_triplet() const { return triplet_of != NoteValue::kBreve; }
  bool operator==(const Symbol&) const = default;
};

// A stretch of a bar in one voice: notes that sound together, or a rest.
struct VoiceSpan {
  int start = 0;  // grid positions from the bar line
  int end = 0;
  bool is_rest = false;
};

// The symbols of one voice in a bar, ascending. The stretches lie side by side and fill the bar. A note of several
// symbols is tied. No symbol hides a beat that is two ranks heavier than where it begins or ends, or two heavier
// beats at once. A beat with a place off the sixteenths is a triplet; so are two beats that hold thirds of both
// alone. A bar of rest alone is one symbol.
std::vector<Symbol> symbols_of(Metre metre, std::span<const VoiceSpan> stretches);

}  // namespace s2m
