// Dynamics and hairpins of one player among many.
#pragma once

#include <span>

#include "story2midi/sheets/sheet_frame.h"

namespace s2m {

// The marks of the whole piece as one player needs them: a level wherever the player enters after a bar's rest or more,
// levels at notes, and hairpins while the player plays. `notes`: sorted.
LoudnessMarks player_marks(const LoudnessMarks& all, std::span<const SheetNote> notes);

}  // namespace s2m
