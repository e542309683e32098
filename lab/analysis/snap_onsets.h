// Quantises the onsets of a performance beat by beat.
#pragma once

#include <span>
#include <vector>

namespace s2m {

// `onsets` ascending, in grid positions (twelve per beat) from a beat. One position each, ascending where the onsets
// are. Each beat takes one grid: sixteenths, triplets, sextuplets or 32nds; the cheapest path over the beats by distance,
// by onsets that fall together, by each grid's price and by changes of grid.
std::vector<int> snap_onsets(std::span<const double> onsets);

}  // namespace s2m
