// Rhythm: patterns that return, syncopation, density, notes over the beat and triplets.
#pragma once

#include <optional>

#include "lab/analysis/piece_view.h"

namespace s2m {

// Share of the bars whose pattern of onsets on sixteenths stood in one of the four bars before.
std::optional<double> bar_pattern_seen(const PieceView& piece);
// Share of the half bars whose pattern of onsets below middle C stood in one of the two bars before.
std::optional<double> left_hand_pattern_seen(const PieceView& piece);
// Share of equal sixteenths (onset or none in both) of adjacent bars, mean.
std::optional<double> groove(const PieceView& piece);
// Share of the onsets that are held over a place of more weight than their own.
std::optional<double> syncopation(const PieceView& piece);
// Deviation of the number of notes per bar, by its mean.
std::optional<double> density_variation(const PieceView& piece);
// Share of the notes that start off the beat and end after the next beat.
std::optional<double> held_over_the_beat(const PieceView& piece);
// Of the beats with an onset at a third of the beat, the share that lacks an onset at one of the three thirds.
std::optional<double> incomplete_triplets(const PieceView& piece);

}  // namespace s2m
