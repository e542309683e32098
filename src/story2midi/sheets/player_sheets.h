// The pages of each player alone, beside the score.
#pragma once

#include <vector>

#include "story2midi/notation/sheet.h"

namespace s2m {

struct PlayerSheet {
  Sheet sheet;                  // of one part
  std::vector<int> long_rests;  // of each bar, how many bars are one long rest from there on; 0: none begins
};

// A sheet for each part of the score, in its order, with its name in the title: bars, rehearsal marks, tempo and the story's words as there. Two bars and
// more in which the part rests are one long rest. It ends where a sounding note, a rehearsal mark, words, a shown tempo,
// another key, metre or clef, a dynamic or a hairpin begins.
std::vector<PlayerSheet> player_sheets(const Sheet& score);

}  // namespace s2m
