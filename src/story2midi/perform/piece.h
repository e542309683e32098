// A composed piece: what was planned, what was written and how it is played.
#pragma once

#include <optional>
#include <string>

#include "story2midi/music/parts.h"
#include "story2midi/music/score.h"
#include "story2midi/plan/plan.h"

namespace s2m {

// The style in which a piece was written (compose/learnt_style.h).
struct PieceStyle {
  std::string name, fingerprint;
  double strength = 1;
  bool operator==(const PieceStyle&) const = default;
};

struct Piece {
  Plan plan;          // of music that was composed without one: as its bars turned out, in one section
  PartScore written;  // for two hands
  Score score;        // `written`, performed
  std::optional<PieceStyle> style = {};
  bool operator==(const Piece&) const = default;
};

}  // namespace s2m
