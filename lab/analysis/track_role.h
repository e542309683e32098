// What tracks tell of their parts by name, words and instrument.
#pragma once

#include <vector>

#include "story2midi/music/score.h"

namespace s2m {

enum class TrackRole { kUnknown, kMelody, kBass, kFigure, kRightHand, kLeftHand };

// One role per track. The melody is the track named "Melody", else the first one with a word to four notes or more, else it is named in English, German or Italian ("Melody", "Singstimme",
// "Soprano"), or is the first violin of a string quartet; a bass is named or a bass guitar; hands are named ("Piano left",
// "Piano LH").
std::vector<TrackRole> roles_of(const Score& score);

}  // namespace s2m
