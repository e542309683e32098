// How alike two pieces are in harmony and rhythm, over their first sixteen bars.
#pragma once

#include <optional>

#include "lab/analysis/piece_view.h"

namespace s2m {

// Cosine of the counts of changes from one half bar's triad to another in the next, triads counted from the tonic. Nothing for
// keys of different modes or where either piece has no change.
std::optional<double> chord_change_likeness(const PieceView& a, const PieceView& b);

// Sixteenths with an onset in both pieces, by those with an onset in either, bar by bar. Nothing for different metres
// or where neither has an onset.
std::optional<double> onset_grid_likeness(const PieceView& a, const PieceView& b);

}  // namespace s2m
