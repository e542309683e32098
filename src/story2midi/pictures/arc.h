// The arc of valence and arousal in a box.
#pragma once

#include <span>

#include "story2midi/pictures/svg.h"
#include "story2midi/pictures/timeline.h"

namespace s2m {

struct EmotionArc {
  std::span<const float> valence, arousal;  // per bar, -1 to 1
  bool is_empty() const { return valence.empty() && arousal.empty(); }
};

// Both curves through the middles of their bars, filled to the line of 0, named at their ends. The scale's words stand left
// of the box, the names right of it.
void draw_arc(const EmotionArc& arc, const PictureTimeline& time, const Box& box, SvgWriter& svg);

}  // namespace s2m
