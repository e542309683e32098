#include "story2midi/perform/rules.h"

#include <algorithm>

namespace s2m {

double coloured_weight(const PerformanceRule& rule, ValenceArousal emotion) {
  const double times = 1 + rule.per_valence * emotion.valence + rule.per_arousal * emotion.arousal;
  return rule.weight * std::clamp(times, 0.0, 2.0);
}

}  // namespace s2m
