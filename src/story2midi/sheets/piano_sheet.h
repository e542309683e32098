// The page of a piece for piano.
#pragma once

#include <string>

#include "story2midi/notation/sheet.h"
#include "story2midi/perform/piece.h"

namespace s2m {

struct SheetOptions {
  std::string title;
  std::string composer;
};

// Two staves: the melody in the right hand's, the bass in the left hand's, the figure where a pianist would play it
// (figure_hands). Starts and pitches are those of the written score. Lengths are made readable: a chord of the figure
// ends together, and at the figure's next strike; a rest that is shorter than a sixteenth, or than a detached note,
// joins the note before, and other ends lie on sixteenths or thirds of beats. Slurs go by two bars of a phrase; what
// is planned as detached has dots.
Sheet piano_sheet(const Piece& piece, const SheetOptions& options = {});

}  // namespace s2m
