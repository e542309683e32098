// Seeded random plans over random pieces.
#pragma once

#include <string>

#include "story2midi/base/random.h"
#include "story2midi/plan/palette_names.h"
#include "story2midi/plan/plan.h"
#include "tests/events/random_parts.h"

namespace s2m::testing {

// Sections of random lengths and palettes over the bars of a piece.
inline Plan random_plan(const PartScore& piece, Random& random) {
  Plan plan;
  const auto names = palette_names();
  std::size_t left = 0;
  for (const PartBar& bar : piece.bars) {
    if (left == 0) {
      left = static_cast<std::size_t>(random.between(1, 20));
      plan.sections.push_back({});
      plan.sections.back().palette = names[static_cast<std::size_t>(random.below(names.size()))];
    }
    BarPlan one;
    one.metre = bar.metre;
    one.tempo_bpm = bar.tempo_bpm;
    one.dynamics = 20 + 100 * random.uniform();
    one.valence = 2 * random.uniform() - 1;
    one.arousal = 2 * random.uniform() - 1;
    plan.sections.back().bars.push_back(one);
    --left;
  }
  return plan;
}

}  // namespace s2m::testing
