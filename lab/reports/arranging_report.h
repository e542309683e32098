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
  std::string name;  // of the palette or the corpus
  // Of the parts (drums aside), the share that has a note in a bar of this level; less than 0 where no bar has it.
  std::array<double, kArrangedLevels.size()> sounding{};
  double unison = 0;   // share of the notes that another part strikes at the same time at the same pitch
  double octave = 0;   // ... one or more octaves away, and at no unison
  double rests = 0;    // share of its bars in which a part has no note: mean over parts
  double changes = 0;  // of the phrases, but the first, whose melody another part leads
  double beyond = 0;   // share of the sounding time beyond hard ranges
  int together = 0;    // notes of monophonic instruments that sound together
  int unplayable = 0;  // strikes that no hand can stop on strings, or that two hands cannot hold on keys
};

// Of one palette over all pieces: means over bars, notes and phrases of all.
ArrangingFigures arranging_figures(std::span<const Piece> pieces, std::string_view palette);

// Of scores for many parts, such as OpenScore's: each track that has notes is a part, a bar's level follows its notes'
// mean velocity (read_musicxml gives dynamic marks one). Sounding, unison, octave and rests alone.
ArrangingFigures score_figures(std::span<const Score> scores, std::string_view name);

}  // namespace s2m
