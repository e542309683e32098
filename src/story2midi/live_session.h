// Music that goes on as text arrives: for interactive fiction and games.
//
//   s2m::LiveSession session(studio, {.compose = {.seed = 7, .on_bar = play}});
//   for (std::string line; read(line);) session.turn(line);
//   s2m::save_midi(session.end().score, "evening.mid");
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/story2midi.h"

namespace s2m {

struct LiveOptions {
  // What is asked holds throughout. `bars`: of each turn, 4, 8, 12 or 16; 4 unless asked. No times (GrowingPlan).
  PlanOptions plan = {};
  // `on_bar` is called with each bar of a turn as soon as it is written.
  ComposeOptions compose = {};
};

// What follows a turn, where it is known already.
struct NextTurn {
  std::string_view text = {};  // blank: unknown, or the same mood
  bool is_end = false;
};

// One piece: home key, metre and first theme are those of the first turn. Same turns and seed, same bytes. Of one thread.
class LiveSession {
 public:
  // Throws Error for options out of range.
  explicit LiveSession(Studio studio, const LiveOptions& options = {});

  // Writes the section of the turn's text, decoded as stories are. A blank text goes on in the mood of the turn before. Throws Error for a
  // text that cannot be read, a blank one at first (unless valence and arousal are asked) and beyond 4096 bars: the piece
  // then is as it was. A change of key to what follows is prepared.
  void turn(std::string_view text, const NextTurn& next = {});

  bool has_begun() const { return bar_count(plan()) > 0; }
  const Plan& plan() const;  // as far as it goes
  const std::string& text()
      const;  // of the turns, a line each: what the plan's sections count their bytes in

  // Writes a last phrase, which ends in the home key; bars of it are told, too. The session is over. Expects that it has begun.
  Piece end();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace s2m
