// Seeded random plans.
#pragma once

#include "story2midi/base/random.h"
#include "story2midi/plan/plan.h"
#include "tests/events/random_parts.h"

namespace s2m::testing {

// Sections of random lengths over the bars of a piece.
inline Plan random_plan(const PartScore& piece, Random& random) {
  Plan plan;
  std::size_t left = 0;
  for (const PartBar& bar : piece.bars) {
    if (left == 0) {
      left = static_cast<std::size_t>(random.between(1, 20));
      plan.sections.push_back({});
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
