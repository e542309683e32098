// Scales of seven degrees: major, minor and the modes that are asked for by name.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "story2midi/music/score.h"

namespace s2m {

enum class Scale : std::uint8_t { kMajor, kMinor, kDorian, kPhrygian, kLydian, kMixolydian };
inline constexpr int kScaleCount = 6;
inline constexpr int kScaleDegrees = 7;

std::string_view name_of(Scale scale);                      // "major", "dorian", ...
std::optional<Scale> scale_of_name(std::string_view name);  // nothing for others

Scale parse_scale(std::string_view name);  // the same; throws Error for others

// Semitones of the degrees above the tonic. Minor is natural; a dominant raises its seventh degree.
std::array<int, kScaleDegrees> scale_steps(Scale scale);

// By the third above the tonic: dorian and phrygian are minor, lydian and mixolydian major.
Mode mode_of(Scale scale);
Scale scale_of(Mode mode);  // kMajor or kMinor

// Semitones from the tonic (may be negative) of a degree counted from 0, the tonic; 7 is an octave above it.
int semitones_of_degree(Scale scale, int degree);
// The degree nearest to `semitones` above the tonic; of two equally near the lower.
int degree_of_semitones(Scale scale, int semitones);

}  // namespace s2m
