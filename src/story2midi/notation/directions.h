// What stands above or between the staves: tempo, dynamics, words, rehearsal marks and chord symbols.
#pragma once

#include <functional>
#include <pugixml.hpp>
#include <vector>

#include "story2midi/notation/part_writer.h"
#include "story2midi/notation/sheet.h"

namespace s2m::musicxml {

// An element of a measure that takes no time.
struct TimedElement {
  int start = 0;  // grid positions from the piece's start
  // Appends it; `offset`: grid positions from where the measure has come to.
  std::function<void(pugi::xml_node measure, int offset)> append;
};

// Those of a bar, in time. A hairpin's end at the bar line belongs to the bar before it.
std::vector<TimedElement> directions_of(const Sheet& sheet, const SheetPart& part, std::size_t bar,
                                        PartPlace place);

// The key as the part writes it: a clarinet in B flat has D major for C major.
Key written_key(Key key, int transposition);
Chord written_chord(Chord chord, int transposition);

}  // namespace s2m::musicxml
