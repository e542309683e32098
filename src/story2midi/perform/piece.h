// A composed piece: what was planned, what was written and how it is played.
#pragma once

#include "story2midi/music/parts.h"
#include "story2midi/music/score.h"
#include "story2midi/plan/plan.h"

namespace s2m {

struct Piece {
  Plan plan;          // of music that was composed without one: as its bars turned out, in one section
  PartScore written;  // for two hands
  Score score;        // `written`, performed
  bool operator==(const Piece&) const = default;
};

}  // namespace s2m
