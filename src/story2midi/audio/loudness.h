// How loud sound is, and levels that keep it from clipping.
#pragma once

#include "story2midi/audio/audio.h"

namespace s2m {

// Integrated loudness by EBU R 128 in LUFS (libebur128); -infinity for silence and for less than 0.4 s.
double integrated_loudness(const Audio& audio);

// Where a peak goes beyond kCeiling, the gain falls before it and rises after it within a tenth of a second. What stays below
// is as it was.
inline constexpr float kCeiling = 0.891f;  // one decibel under full scale
void limit(Audio& audio);

// Multiplies all samples by `gain`, then limits.
void set_level(Audio& audio, double gain);

}  // namespace s2m
