// The notes of a score in a box: one colour per part.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "story2midi/music/score.h"
#include "story2midi/pictures/svg.h"
#include "story2midi/pictures/timeline.h"

namespace s2m {

// What one colour stands for.
struct RollVoice {
  std::string name;  // a track's, or a family of instruments
  std::string_view colour;
  std::vector<const Track*> tracks;
};
// Tracks that have notes, in their order; families where they are more than nine.
std::vector<RollVoice> roll_voices(const Score& score);

struct RollRange {
  int lowest = 60, highest = 72;  // pitches that are drawn, with room around them
  int drums = 0;                  // lanes below
};
RollRange roll_range(const Score& score);

// Notes as bars, soft ones paler; drums as ticks in lanes at the bottom; lines at every C.
void draw_roll(const std::vector<RollVoice>& voices, const RollRange& range, const PictureTimeline& time,
               const Box& box, SvgWriter& svg);

}  // namespace s2m
