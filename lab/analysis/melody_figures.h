// Melody: cells that return, steps, and notes at once.
#pragma once

#include <optional>
#include <span>

#include "lab/analysis/piece_view.h"

namespace s2m {

// How the cells of a line come back. A cell is a half bar with three notes or more; one comes back where another stands
// within eight bars, its own among them, before or after it.
struct CellReturns {
  double exact = 0;   // share of the cells with one of equal rhythm and intervals
  double rhythm = 0;  // ... of equal rhythm
  double varied = 0;  // ... of equal rhythm and contour and other intervals
};
// Nothing for a line without cells.
std::optional<CellReturns> cell_returns(const PieceView& piece, std::span<const ViewNote> line);

// Share of one or two semitones among the moves from one note of the line to the next.
std::optional<double> steps_share(std::span<const ViewNote> line);

// Share of the time in which the notes sound, in which more than one of them does.
std::optional<double> several_at_once(std::span<const ViewNote> notes);

}  // namespace s2m
