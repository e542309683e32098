// Strokes of drums as a staff shows them.
#pragma once

#include <span>
#include <vector>

#include "story2midi/arrange/arrange.h"
#include "story2midi/notation/sheet.h"

namespace s2m {

// Hands in the first voice, feet in the second. A stroke lasts to the next of its voice, or to the end of its beat.
std::vector<SheetNote> drum_notes(std::span<const ArrangedNote> strokes, std::span<const PartBar> bars);

}  // namespace s2m
