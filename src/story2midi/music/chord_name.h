// Chord names as lead sheets write them: "Am7", "F#dim/A".
#pragma once

#include <string>
#include <string_view>

#include "story2midi/music/parts.h"

namespace s2m {

// Spelled with the accidentals of `key`'s signature; the bass follows a stroke where it is not the root.
std::string name_of(const Chord& chord, Key key);

// The inverse, in either spelling; `start` is 0. Throws Error.
Chord parse_chord_name(std::string_view name);

}  // namespace s2m
