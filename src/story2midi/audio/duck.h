// Music that steps back while somebody speaks.
#pragma once

#include <cstddef>
#include <vector>

#include "story2midi/audio/audio.h"

namespace s2m {

// A gain for each of so many frames, 1 and less. Speech is where the narration's RMS over kDuckWindow passes the threshold; a
// pause shorter than the hold is speech too. The gain lies at the depth while there is speech: it falls before it, within the
// attack, and rises after it, within the release, both on a straight line in decibels. Where the narration has ended it is 1.
// Throws Error for options outside their ranges.
inline constexpr double kDuckWindow = .05;  // seconds
std::vector<float> duck_gains(const Audio& narration, std::size_t frames, const DuckOptions& options);

}  // namespace s2m
