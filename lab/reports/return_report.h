// How a piece's themes come back: whether a listener can tell a return from another passage, and how often themes return,
// beside orchestral movements.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "story2midi/perform/piece.h"

namespace s2m {

// How alike the melodies of two bars are in rhythm and contour, 0 to 1, whatever their key and register: the mean of the
// share of common onsets (twice those over all) and, along these, of moves in the same direction.
double bar_likeness(const PartScore& one, int bar, const PartScore& other, int other_bar);

// The chance that a value of `higher` lies above one of `lower` (area under the curve; ties count half).
double area_under_curve(std::span<const double> higher, std::span<const double> lower);

struct ReturnFigures {
  int themes = 0, named = 0;  // in all pieces; those of people and places
  double recognised = 0;      // area under the curve: statements of a theme against bars of others
  double not_verbatim = 0;    // the same of those that are no copies
  double verbatim = 0;        // share of the returning bars that are copies, note for note
  double come_back = 0;       // share of the themes that return after another one
  double known = 0;           // share of the phrases whose theme was heard before
  double span = 0, gap = 0;   // quarters: of a theme until another follows, and until it is back; medians
  double last_fifth = 0;      // share of the pieces whose first theme is there
  double other_colour = 0;    // share of the returns whose melody another player leads than before
};

// Each piece in its plan's palettes.
ReturnFigures return_figures(std::span<const Piece> pieces);

}  // namespace s2m
