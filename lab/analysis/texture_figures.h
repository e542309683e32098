// Texture at each half beat: notes at once, dissonance, low thirds and what two hands can hold.
#pragma once

#include <optional>
#include <span>

#include "lab/analysis/piece_view.h"

namespace s2m {

// Mean number of notes that sound, where any does.
std::optional<double> notes_at_once(const PieceView& piece);
// Shares of the half beats. The last bar is left out of the first two and of `more_than_ten_keys`.
std::optional<double> adjacent_semitones(const PieceView& piece);
std::optional<double> beyond_two_hands(const PieceView& piece);
std::optional<double> low_thirds(const PieceView& piece);
// 1 where more than ten keys are down at some half beat, else 0.
std::optional<double> more_than_ten_keys(const PieceView& piece);
// Share of the half bars at whose start a semitone or a minor ninth sounds.
std::optional<double> clash(const PieceView& piece);

}  // namespace s2m
