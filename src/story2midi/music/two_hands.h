// What two hands can hold on a keyboard.
#pragma once

#include <span>

namespace s2m {

// Semitones that one hand spans: a tenth.
inline constexpr int kHandSpan = 16;
inline constexpr int kFingers = 5;

// Whether two hands can hold the keys at once: five fingers and a tenth each. `pitches`: ascending.
bool fit_two_hands(std::span<const int> pitches);

}  // namespace s2m
