// Music as the decoder learns it: quantised, its parts found, keys around each bar, events.
#pragma once

#include "story2midi/events/event.h"
#include "story2midi/music/score.h"

namespace s2m {

// The written piece of a score on the grid of its beats, with the key around each bar. `notes`: how many the score has.
// Throws Error.
PartScore parts_with_keys(const Score& score, std::int64_t* notes = nullptr);

}  // namespace s2m
