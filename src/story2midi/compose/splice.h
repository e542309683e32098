// A performed score into which another performance is put in one place.
#pragma once

#include "story2midi/compose/rewrite.h"
#include "story2midi/music/score.h"

namespace s2m {

// `before`, with those notes of `fresh` that the scope writes anew; every other note, the tempos, markers and cues are those of
// `before`. Pedal and controllers within the bars are fresh where all parts are. With instruments, a note of a kept part counts
// as kept where `fresh` has it on the same track, key and (within a sixteenth) time.
Score spliced(const Piece& before, const Score& fresh, const RewriteScope& scope);

}  // namespace s2m
