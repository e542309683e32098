// Which hand of a pianist plays what.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "story2midi/music/parts.h"

namespace s2m {

enum class Hand : std::uint8_t { kRight, kLeft };

// The hand of each note of the figure (PartScore::part(Part::kFigure)), under a melody in the right hand and over a
// bass in the left: the cheapest way through the piece (dynamic programming over the figure's strikes), where what a
// hand cannot span (a tenth) costs most, then ledger lines, then a figure that changes hands.
std::vector<Hand> figure_hands(const PartScore& written);

}  // namespace s2m
