// Finds the bass line in an accompaniment.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "lab/analysis/grid_notes.h"

namespace s2m {

// Indices (ascending) of the notes of `accompaniment` (as in GridPiece, without the melody) that are the bass: of an
// onset the lowest or none. The lowest is bass where it is low beside all that starts within a quarter around it, or the
// lowest of a chord among chords, or joined by steps to the line. What an arpeggio or an off-beat chord plays above its
// bass is none.
std::vector<std::size_t> find_bass(std::span<const GridNote> accompaniment, std::span<const PartBar> bars);

}  // namespace s2m
