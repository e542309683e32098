// The rules from emotion to musical cues: linear and additive in valence and arousal, so that each choice can be
// explained (Eerola, Friberg and Bresin 2013). docs/reference/planning.md holds the same tables with their sources.
#pragma once

#include <array>
#include <string_view>

#include "story2midi/emotion/valence_arousal.h"
#include "story2midi/music/score.h"

namespace s2m {

enum class CueScale { kLinear, kDoublings };  // kDoublings: the slopes count doublings

struct CueRule {
  std::string_view cue;
  double neutral;      // at valence 0, arousal 0
  double per_valence;  // slopes, added up
  double per_arousal;
  CueScale scale;
  double lowest, highest;
};

inline constexpr CueRule kTempoRule{"tempo_bpm", 92, 0.10, 0.60, CueScale::kDoublings, 44, 184};
inline constexpr CueRule kDensityRule{"density", 3.6, 0, 0.90, CueScale::kDoublings, 1, 8};
inline constexpr CueRule kDynamicsRule{"dynamics", 66, 0, 24, CueScale::kLinear, 36, 100};
inline constexpr CueRule kRegisterRule{"register_pitch", 61, 5, 1, CueScale::kLinear, 52, 70};
inline constexpr CueRule kArticulationRule{"articulation", 0.88, 0, -0.20, CueScale::kLinear, 0.6, 1};
inline constexpr std::array kCueRules{kTempoRule, kDensityRule, kDynamicsRule, kRegisterRule,
                                      kArticulationRule};

double cue(const CueRule& rule, ValenceArousal emotion);

// Major where valence is not negative.
Mode mode_of(ValenceArousal emotion);

// Three in a bar for what is clearly pleasant and calm, else four.
Metre metre_of(ValenceArousal emotion);

// Along the circle of fifths, brighter and more excited towards the sharps: B flat to A major, F to E minor.
Key key_of(Mode mode, ValenceArousal emotion);

}  // namespace s2m
