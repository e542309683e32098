// Converts a planned bar to a bar event, and back.
#pragma once

#include "story2midi/events/event.h"
#include "story2midi/plan/plan.h"

namespace s2m {

// The value of the valence or arousal field. Labelled music says only pleasant or unpleasant, excited or
// calm, at .6 from neutral; so the decoder is told no other strengths, and nothing near the middle. Tempo,
// density, dynamics and register carry the shades.
int emotion_value(double level);

// `transposition` brings sounding pitches to the tonic at C. Throws Error for a metre that the language
// lacks.
Event bar_event(const BarPlan& bar, int transposition, int bars_left);

// What a bar event that the decoder wrote asks for; the tempo is `tempo_bpm`.
BarPlan bar_plan(const Event& event, int transposition, double tempo_bpm);

}  // namespace s2m
