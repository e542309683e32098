// What an instrument can play of the notes that it is given.
#pragma once

#include <vector>

#include "story2midi/arrange/arrange.h"

namespace s2m {

// The nearest octave of a pitch inside the range; the range's lowest or highest where it holds no such tone.
int fitted(int pitch, PitchRange range);

// Notes as the instrument can play them, by the promises of arrange(). Of notes that cannot sound together the melody's
// stay first, then the bass's; held ones are cut before struck ones are left out.
void make_playable(const PartScore& piece, ArrangedPart& part);

}  // namespace s2m
