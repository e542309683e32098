// What a performer is told beside the written score: how loud, how detached and in which mood each bar is, and where
// phrases begin.
#pragma once

#include <vector>

#include "story2midi/emotion/valence_arousal.h"
#include "story2midi/plan/plan.h"

namespace s2m {

struct PerformedBar {
  double loudness = 64;      // mean velocity of the bars of its phrase, 1 to 127
  double articulation = .9;  // share of its written length that a note sounds: 0.5 detached, 1 legato
  ValenceArousal emotion = {};
  bool starts_phrase = false;  // the first bar always does
  // Beats that fall where the bars' tempos say, whatever the phrase does, and are struck louder; grid positions.
  std::vector<int> hits = {};
  bool operator==(const PerformedBar&) const = default;
};

// One entry per bar of the written score.
struct PerformancePlan {
  std::vector<PerformedBar> bars;
  bool operator==(const PerformancePlan&) const = default;
};

// Phrases of kPhraseBars from each section's start; a rest of fewer bars than half a phrase joins the phrase before.
PerformancePlan performance_plan(const Plan& plan);

// A stretch of bars that is performed as one gesture.
struct Phrase {
  int first_bar = 0;
  int bars = 0;
  bool operator==(const Phrase&) const = default;
};
// Side by side, over all bars of the plan.
std::vector<Phrase> phrases_of(const PerformancePlan& plan);

}  // namespace s2m
