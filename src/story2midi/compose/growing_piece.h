// A piece that is written section by section, each before the next is planned.
#pragma once

#include <memory>

#include "story2midi/compose/composer.h"

namespace s2m {

// The decoder goes on from the bars before, so that sections join without a seam; each phrase has its drafts.
class GrowingPiece {
 public:
  // Throws Error for options out of range. `options.on_bar` is called with each bar as soon as it is written.
  GrowingPiece(const Composer& composer, const ComposeOptions& options);

  // Writes the bars of `plan` from those written before up to `bars`. The plan begins with the sections written before; bars
  // beyond `bars` tell how the piece may go on and are not written. `memory`: of the new bars. Throws Error for a plan out of
  // range; the piece then is as it was.
  void write(const Plan& plan, int bars, const StoryMemory& memory = {});

  // What is written so far, as a piece. `plan`: of just these bars.
  Piece piece(const Plan& plan) const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace s2m
