// A written piece for two hands.
#pragma once

#include "story2midi/music/parts.h"

namespace s2m {

// Lengths are cut where the keys that are down lie beyond two hands (a tenth and five fingers each): at each strike, of the
// notes that are held, the one that sounds longest is released first. Strikes beyond two hands lose notes of the figure.
PartScore made_playable(PartScore piece);

}  // namespace s2m
