// How palettes are used: the written pieces of many texts, arranged for each palette, in figures that orchestral scores have
// too.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/arrange/arrange.h"
#include "story2midi/perform/piece.h"

namespace s2m {

// The levels of music.md's table by mean velocity of the bar, the nearest.
inline constexpr std::array<std::string_view, 6> kArrangedLevels{"pp", "p", "mp", "mf", "f", "ff"};

struct ArrangingFigures {
  std::string palette;
  // Share of the parts (drums aside) that have a note in a bar of this level; less than 0 where no bar has it.
  std::array<double, kArrangedLevels.size()> sounding{};
  double unison = 0;   // share of the notes that another part strikes at the same time at the same pitch
  double octave = 0;   // ... one or more octaves away
  double rests = 0;    // share of its bars in which a part has no note: mean over parts
  double changes = 0;  // share of the phrases, but the first, whose melody another part leads
  double beyond = 0;   // share of the sounding time beyond hard ranges
  int together = 0;    // notes of monophonic instruments that sound together
  int unplayable = 0;  // strikes on strings that no hand can stop
};

// Of one palette over all pieces: means over bars, notes and phrases of all.
ArrangingFigures arranging_figures(std::span<const Piece> pieces, std::string_view palette);

}  // namespace s2m
