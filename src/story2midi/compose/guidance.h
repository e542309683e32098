// Classifier-free guidance (Ho and Salimans 2022) for bars that the decoder describes itself: moves their odds further
// from those without text.
#pragma once

#include <span>

#include "story2midi/events/event.h"

namespace s2m {

// Moves a field's logits away from `others`, those of no text, by `strength` times what docs/reference/planning.md says
// of that field; tempo and register along the trend of the distance only.
void guide_field(BarField field, std::span<float> logits, std::span<const float> others, double strength);

// The share of the temperature at which a guided field is drawn: 1 for what is not guided.
double guided_temperature(BarField field);

}  // namespace s2m
