// Plays a written piece: velocity, tempo, micro-timing, articulation and pedal by the rules of perform/rules.h.
#pragma once

#include <cstdint>

#include "story2midi/arrange/arrange.h"
#include "story2midi/music/parts.h"
#include "story2midi/music/score.h"
#include "story2midi/perform/performance_plan.h"

namespace s2m {

struct PerformOptions {
  // 0 to 1: how much of the rules is applied. 0: the score as written, on the grid: written starts and lengths, one tempo
  // and one velocity per bar, no pedal. Above 0 the pedal is whole.
  double humanise = 1;
  std::uint64_t seed = 1;  // of the small deviations that no rule explains
  bool operator==(const PerformOptions&) const = default;
};

// A score at kTicksPerQuarter: tracks Melody, Accompaniment, Bass (those that have notes), each with the pedal; tempo,
// metre and key maps (a bar's key where it states one, else the piece's).
//  - A phrase takes as long as its bars' tempos ask, to the microsecond; within it the tempo moves.
//  - A bar's mean velocity is its loudness and the phrase's arch, which averages out over the phrase's bars.
//  - No key is struck while it is down: a key struck again ends the note before. Of two parts that strike one key at
//    once, the first by Part has the note. Melody and bass sound one note at a time.
//  - What sounds at the end of the last bar ends with it, and each part's last note there rings to its end.
//  - The pedal changes with the harmony (pedal_of), and is the less used the more detached a bar is.
//  - A bar's notes depend on the bar, its phrase in the plan and the first notes after it.
// Same input, same bytes. Throws Error where `plan` has another number of bars, humanise lies outside [0, 1], or a part
// has a note outside the bars.
Score perform(const PartScore& written, const PerformancePlan& plan, const PerformOptions& options = {});

// The same for an arrangement: a track per part that has notes, on its instrument's program.
//  - Tempo is that of the written piece. Each part articulates as its instrument does; no key of a part is struck while it is
//    down, and monophonic instruments sound one note at a time.
//  - Controllers: volume and pan of each part; where the instrument can swell, 11 follows the plan's loudness within the phrase
//    and each long note, and 1 (vibrato) rises with it; the pedal where there is one. At humanise 0 volume and pan alone.
Score perform(const Arrangement& arrangement, const PerformancePlan& plan,
              const PerformOptions& options = {});

}  // namespace s2m
