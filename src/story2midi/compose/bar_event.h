// Between a bar's plan and the event that describes it to the decoder.
#pragma once

#include "story2midi/events/event.h"
#include "story2midi/plan/plan.h"

namespace s2m {

// The value of kLocalKey that stands for the home key itself, in either mode.
inline int home_value(Mode mode) { return local_key_value({0, mode}, {0, mode}); }

// Valence or arousal as the decoder was taught it; 0 (unknown) near the middle.
int emotion_value(double level);

// `home`: the key of the piece; `bars_left`: this bar included. Throws Error for a metre that cannot be written.
Event bar_event(const BarPlan& bar, const Key& home, int bars_left);

// The plan that a description amounts to.
BarPlan bar_plan(const Event& event, const Key& home, double tempo_bpm);

}  // namespace s2m
