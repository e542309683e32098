// The form of a piece: groups passages into sections, and assigns each section its bars.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "story2midi/plan/course.h"

namespace s2m {

inline constexpr int kPhraseBars = 4;
inline constexpr int kPhrasesPerPeriod = 4;  // statement, answer, contrast, return
inline constexpr int kPeriodBars = kPhrasesPerPeriod * kPhraseBars;

// Neighbouring passages of a story that one section sets: indices [first, last) into the curve.
struct Stretch {
  std::size_t first = 0;
  std::size_t last = 0;
  double begin = 0, end = 0;  // on the course's axis
  Emotion mean;
  int bars = 0;
  std::vector<Metre> metres = {};  // of its bars; empty: all that of the piece
  bool is_silent = false;
  std::string title = {};  // empty: the opening words
  double length() const { return end - begin; }
};

// Joins the passages that fall to one phrase, then neighbours until there are at most bars / 8 stretches,
// cheapest first (Ward's cost on the valence-arousal plane), and on while neighbours feel alike and fit into
// 16 bars. A stretch begins at the phrase that is nearest to where its text does, so that music and text go
// side by side: at least a phrase each, whole phrases, the rest in the last. Expects a curve that is not
// empty and bars >= 1.
std::vector<Stretch> divide(const Course& course, int bars);

// What is felt in the part of the stretch's text that falls to one of its bars (from 0): the mean of the
// passages that lie there, weighted by how much of them does.
Emotion bar_emotion(const Course& course, const Stretch& stretch, int bar);

}  // namespace s2m
