// A part of a piece that is written anew, while every other note stays as it is.
#pragma once

#include <array>

#include "story2midi/perform/piece.h"
#include "story2midi/plan/reharmonise.h"

namespace s2m {

struct RewriteScope {
  BarSpan bars;                                          // of which the parts are written anew
  std::array<bool, kPartCount> parts{true, true, true};  // by Part
  bool keeps_harmony = false;  // the chords; always where the bass or the accompaniment is kept
  bool keeps_melody = false;
  bool keeps_rhythm = false;  // starts and lengths, and how many notes are struck at once
  // The melody only where it is not kept.
  bool writes(Part part) const {
    return parts[static_cast<std::size_t>(part)] && !(part == Part::kMelody && keeps_melody);
  }
  bool writes_harmony() const { return !keeps_harmony && writes(Part::kBass) && writes(Part::kFigure); }
};

// The whole piece.
RewriteScope scope_of(const Piece& piece);

// Throws Error for bars outside the piece, for a scope that leaves nothing to write anew, and where plan and written score
// disagree about the bars.
void check(const RewriteScope& scope, const Piece& piece);

}  // namespace s2m
