// What a picture shows of a plan.
#pragma once

#include "story2midi/pictures/picture.h"
#include "story2midi/plan/plan.h"

namespace s2m {

// Valence and arousal of each bar, sections by letter and words, and where the melody states themes.
PictureOptions picture_of(const Plan& plan);

}  // namespace s2m
