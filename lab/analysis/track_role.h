// What tracks' names tell of their parts.
#pragma once

#include "story2midi/music/score.h"

namespace s2m {

enum class TrackRole { kUnknown, kMelody, kBass, kFigure, kRightHand, kLeftHand };

// By words of the name in English, German or Italian: "Melody", "Singstimme", "Violin I", "Piano left".
TrackRole role_of(const Track& track);

}  // namespace s2m
