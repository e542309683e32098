// Beams of a voice in a bar.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "story2midi/notation/note_values.h"

namespace s2m {

enum class Beam : std::uint8_t { kBegin, kContinue, kEnd, kForwardHook, kBackwardHook };

// Of each symbol its beams, the eighths' first; none for rests, quarters and longer, and notes that stand alone.
// Beams join notes within a beat, and eighths alone within half a bar of 4/4 or a bar of 3/4.
std::vector<std::vector<Beam>> beams_of(Metre metre, std::span<const Symbol> symbols,
                                        std::span<const VoiceSpan> stretches);

}  // namespace s2m
