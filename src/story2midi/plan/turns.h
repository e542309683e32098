// Where the words of a story turn: another vocabulary, time, place or speaker.
#pragma once

#include <span>
#include <vector>

#include "story2midi/emotion/emotion.h"

namespace s2m {

// Of each passage, how clearly the story turns before it: 0 nowhere, 1 where all signs agree; 0 for the first.
//  - Words: the valleys of lexical cohesion between the 100 words before and after (TextTiling: Hearst 1997).
//  - Time and place: openings such as "the next morning" or "meanwhile". Scenes are stretches of one time, place and cast
//    (Zehe et al. 2021, Detecting Scenes in Fiction).
//  - Speakers, where the source names them.
std::vector<double> turns_of(std::span<const CurvePoint> points);

}  // namespace s2m
