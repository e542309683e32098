// What a plan asks of each bar, as the writer takes it.
#pragma once

#include <optional>
#include <vector>

#include "story2midi/compose/bar_brief.h"
#include "story2midi/plan/plan.h"

namespace s2m {

// One per bar of the plan. Throws Error for a metre that cannot be written.
std::vector<BarBrief> briefs_of(const Plan& plan);

// Of a bar that the decoder described itself. `home`: the key of the piece.
struct DescribedBar {
  Event description;
  int bars_left = 1;        // this one included
  int positions_left = 48;  // of the piece, from the bar's start
  bool closes_phrase = false;
  std::optional<Scale> scale = {};  // none: that of the key's mode
};
BarBrief brief_of(const DescribedBar& bar, const Key& home);

}  // namespace s2m
