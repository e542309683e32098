// A written piece for two hands.
#pragma once

#include <functional>

#include "story2midi/music/parts.h"

namespace s2m {

// Lengths are cut where the keys that are down lie beyond two hands (a tenth and five fingers each): at each strike, of the
// notes that are held, the one that sounds longest is released first. Strikes beyond two hands lose notes of the figure.
// `is_fixed` tells which notes stay as they are, whatever the hands.
PartScore made_playable(PartScore piece, const std::function<bool(Part, const PartNote&)>& is_fixed = {});

}  // namespace s2m
