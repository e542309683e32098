// Lengths of written notes as a page shows them.
#pragma once

#include <vector>

#include "story2midi/music/parts.h"

namespace s2m {

// Notes of one part, sorted; those that start together get one length. A note ends where the next strike begins at
// the latest. Until there no rest of a sixteenth or less is left, no note shorter than an eighth (from between the
// eighths: than the rest of its beat), and no tie over the bar line for an eighth or less. Other ends lie on sixteenths
// from the bar line (of a quarter and longer on eighths), or on thirds of a beat whose strikes do. `bars` cover the notes.
std::vector<PartNote> with_readable_lengths(std::vector<PartNote> notes, const std::vector<PartBar>& bars);

}  // namespace s2m
