// A bar of a piece as soon as it is written.
#pragma once

#include <string>
#include <vector>

#include "story2midi/music/score.h"
#include "story2midi/plan/plan.h"

namespace s2m {

// A note of a bar that was just written, and when it sounds, from the piece's start.
struct BarNote {
  std::string track;
  Note note;
  double start_seconds = 0;
  double length_seconds = 0;
};

// A bar that was just written. Lengths of a phrase's last notes may still change, and performed times by some milliseconds:
// what follows may strike a key again.
struct BarView {
  int number = 1;  // counted from 1
  double start_seconds = 0;
  double length_seconds = 0;
  BarPlan plan;
  std::vector<BarNote> notes;  // by track, then by time
};

// One object on one line (docs/reference/json.md):
//   {"bar":1,"start_seconds":0,"length_seconds":2.5,"notes":[{"start_seconds":0,...}, ...]}
std::string to_json(const BarView& bar);

// A place in a piece.
struct PieceTime {
  int bar = 0;  // counted from 0
  std::int32_t ticks = 0;
  double seconds = 0;
};

// Views of the bars of a score, which begins at `from` in the piece. `plans`: one per bar of the score.
std::vector<BarView> bar_views(const Score& score, std::vector<BarPlan> plans, const PieceTime& from);

}  // namespace s2m
