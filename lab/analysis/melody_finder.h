// Finds the melody among a score's notes where no track is named as one.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "lab/analysis/grid_notes.h"
#include "lab/analysis/track_role.h"

namespace s2m {

// Indices (ascending) of the notes that are the melody: one voice, at most one note at an onset, none where it rests.
// The cheapest path through the three highest notes of each onset and rests, by the costs that melody_finder.cpp states:
// below the top, low, soft, short, leaping, in the left hand. `notes` as read_on_grid gives them; `roles` one per track.
std::vector<std::size_t> find_melody(std::span<const GridNote> notes, std::span<const TrackRole> roles);

}  // namespace s2m
