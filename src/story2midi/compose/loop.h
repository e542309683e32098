// Music that goes round: an intro, and a body whose end leads into its beginning.
#pragma once

#include "story2midi/perform/piece.h"
#include "story2midi/plan/plan.h"

namespace s2m {

inline constexpr int kLoopIntroBars = 4;   // the first phrase
inline constexpr int kFewestLoopBars = 8;  // intro and body

// A plan whose first kLoopIntroBars are the intro and the rest the body. The body does not end: its last two bars have the tempo,
// dynamics, density and figure of the bar before them, no closing theme, and the subdominant and the dominant seventh of the chord
// on which the body begins. Behind it stands the body's first phrase again, for the composer and the performer to play into.
// Throws Error for a plan of fewer than kFewestLoopBars.
Plan loop_plan(const Plan& plan);

// The piece that was composed from loop_plan(), cut where the body ends.
//  - Markers loopStart and loopEnd, and controller 111 where the body begins, which game engines take for its start.
//  - Every bar has its own tempo throughout: nothing slows down towards the end.
//  - What the body strikes first is struck at its start, what sounds at its end is released there. Controllers are stated anew
//    at the body's start.
// Same input, same bytes.
Piece loop_piece(Piece extended);

}  // namespace s2m
