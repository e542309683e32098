// Dynamics: how velocities move.
#pragma once

#include <optional>

#include "lab/analysis/piece_view.h"

namespace s2m {

std::optional<double> bar_velocity_deviation(const PieceView& piece);  // of the bars' means
std::optional<double> velocity_deviation(const PieceView& piece);      // of all notes
// Correlation of the velocities of each top note and the next.
std::optional<double> top_velocity_autocorrelation(const PieceView& piece);

}  // namespace s2m
