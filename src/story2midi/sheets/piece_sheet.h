// The page of a composed piece, whoever plays it.
#pragma once

#include "story2midi/arrange/arrange.h"
#include "story2midi/sheets/piano_sheet.h"

namespace s2m {

// The score of an arrangement: a part per player who has notes, in the order of a score, transposing parts as they are
// written, families in brackets, drums on a staff of their own (feet with stems down), two staves for keyboards. Chord
// symbols stand there where somebody plays chords. Throws Error where the plan has another number of bars.
Sheet arrangement_sheet(const Arrangement& arrangement, const Plan& plan, const SheetOptions& options = {});

// arrangement_sheet where the plan's palettes ask for it (needs_arranging), else piano_sheet.
Sheet piece_sheet(const Piece& piece, const SheetOptions& options = {});

}  // namespace s2m
