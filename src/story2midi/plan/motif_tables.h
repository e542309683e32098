// The motifs that belong to each feeling: rows of rhythm words and of contours. docs/reference/planning.md holds the table.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "story2midi/music/metre.h"
#include "story2midi/plan/feelings.h"
#include "story2midi/plan/motif.h"

namespace s2m {

// Two bars in words, one for each beat: q a note, _ held on, x a rest, e two halves, d dotted, s two quarters and a half,
// r the reverse, t three, f four, b a rest and a half. The last word of a bar stands on its last beat.
struct RhythmRow {
  std::string_view name;
  std::string_view first, second;
};

// Degrees of the notes of the two bars, in order; the last note of the second bar has `close`.
struct ContourRow {
  std::string_view name;
  std::array<int, 8> first, second;
  int close;
};

struct MotifRow {
  Feeling feeling;
  RhythmRow rhythm;
  ContourRow contour;
  std::string_view source;
};
// For each feeling two rows: an active motif and a calm one.
std::span<const MotifRow> motif_rows();

// Where a second feeling is clearly there, a motif has the contour of the one and the rhythm of the other, in the order of
// Feeling: which of the two is stronger does not change it.
struct MotifChoice {
  std::size_t contour = 0, rhythm = 0;  // rows
  bool operator==(const MotifChoice&) const = default;
};
// Active from an arousal of 0 on.
MotifChoice motif_choice(const Emotion& emotion);

Motif motif_of(const MotifChoice& choice, Metre metre);

}  // namespace s2m
