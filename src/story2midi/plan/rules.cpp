#include "story2midi/plan/rules.h"

#include <algorithm>
#include <cmath>

#include "story2midi/music/key.h"

namespace s2m {
double cue(const CueRule& rule, ValenceArousal emotion) {
  const double slope = rule.per_valence * emotion.valence + rule.per_arousal * emotion.arousal;
  const double value =
      rule.scale == CueScale::kDoublings ? rule.neutral * std::exp2(slope) : rule.neutral + slope;
  return std::clamp(value, rule.lowest, rule.highest);
}

Mode mode_of(ValenceArousal emotion) { return emotion.valence >= 0 ? Mode::kMajor : Mode::kMinor; }

Metre metre_of(ValenceArousal emotion) {
  const bool lulling = emotion.valence >= 0.25 && emotion.arousal <= -0.25;
  return {lulling ? 3 : 4, 4};
}

Key key_of(Mode mode, ValenceArousal emotion) {
  const double sharps = mode == Mode::kMajor ? -1 + 3 * emotion.valence + emotion.arousal
                                             : 3 * emotion.valence + emotion.arousal;
  const int lowest = mode == Mode::kMajor ? -2 : -4;
  const int highest = mode == Mode::kMajor ? 3 : 1;
  return key_of_sharps(std::clamp(static_cast<int>(std::lround(sharps)), lowest, highest), mode);
}

}  // namespace s2m
