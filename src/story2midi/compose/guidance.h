// Classifier-free guidance (Ho and Salimans 2022) for bars that the decoder describes itself: moves their odds further
// from those without text.
#pragma once

#include <span>

#include "story2midi/events/event.h"

namespace s2m {

struct Guidance {
  double strength = 0;     // 0: none
  double tempo_trend = 0;  // DecoderFacts::tempo_trend
  double mode_odds = 0;    // DecoderFacts::mode_odds
};

// Moves a field's logits away from `others`, those of no text, by the strength times what docs/reference/planning.md says
// of that field; tempo and register along the trend of the distance only.
void guide_field(BarField field, std::span<float> logits, std::span<const float> others,
                 const Guidance& guidance);

// The slope of the line through the distances of the logits from `others` that fits best where `others` expects a value: nats
// per value, 0 (unknown) left out. 0 where `others` expects but one value.
double trend_of(std::span<const float> logits, std::span<const float> others);

// The log odds of the home key in major, against minor.
double mode_odds_of(std::span<const float> local_key_logits);

// The share of the temperature at which a guided field is drawn: 1 for what is not guided.
double guided_temperature(BarField field);

}  // namespace s2m
