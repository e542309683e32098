// Bars in which a plan asks for no music.
#pragma once

#include <span>

#include "story2midi/music/parts.h"
#include "story2midi/plan/plan.h"

namespace s2m {

// The piece without the notes that start in bars of density 0; what sounds into such a bar ends at its bar line. One plan a
// bar.
PartScore silenced(PartScore piece, std::span<const BarPlan> bars);

}  // namespace s2m
