// Turns the decoder's events into a performed score: exact tempo, metre and keys, articulation, pedal and
// markers.
#pragma once

#include "story2midi/events/event.h"
#include "story2midi/music/score.h"
#include "story2midi/plan/plan.h"

namespace s2m {

// One bar event a bar of the plan stands in `events`; tempo, mode, articulation and dynamics are
// taken from the plan.
//  - A bar's velocities are moved together until their mean is the planned one, and kept within kContrast of
//  it.
//  - Notes sound for the articulation's share of their length; a key struck again ends the note before it.
//  - The notes of the last bar ring to its end, and nothing rings on beyond it.
//  - Bars of kPedalArticulation or more are pedalled, changed every half bar where a half is two quarters or
//    more, else every bar.
inline constexpr int kContrast = 20;
inline constexpr double kPedalArticulation = 0.88;
Score arrange(const std::vector<Event>& events, const Plan& plan);

}  // namespace s2m
