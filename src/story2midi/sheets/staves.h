// The notes of one player on staves.
#pragma once

#include <cstdint>

#include "story2midi/music/parts.h"
#include "story2midi/notation/sheet.h"
#include "story2midi/plan/plan.h"

namespace s2m {

enum class StaffLayout : std::uint8_t {
  kLine,       // one staff, one voice: winds and bowed strings
  kBassBelow,  // one staff; a bass that sounds against the rest is its second voice: guitars
  kHands,  // two staves: a melody's highest notes and the bass in different hands, the figure by figure_hands
};

// Notes, clefs and slurs. `player`: the piece's bars, and what the player has of its parts. Starts and pitches are
// kept, lengths are made readable (with_readable_lengths). Slurs go by two bars of a phrase of the melody, not over
// repeated notes. What is planned as detached lasts to the next strike and has dots, but for sixteenths.
SheetPart staves_of(const PartScore& player, const Plan& plan, StaffLayout layout);

}  // namespace s2m
