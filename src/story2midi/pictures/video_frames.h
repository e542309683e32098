// What a video shows: a ground that stands still, and a strip of notes that scrolls over it.
#pragma once

#include <string>

#include "story2midi/pictures/picture.h"

namespace s2m {

// Pixels of the frame.
struct VideoLayout {
  int width = 1280, height = 720;
  int roll_top = 76, roll_height = 400;
  int playhead = 320;  // from the left, where the notes sound
  int arc_left = 110, arc_right = 1170, arc_top = 592, arc_height = 88;
  int words_top = 484, words_height = 84;  // of the captions
};
inline constexpr VideoLayout kVideoLayout;

// The piece as notes, a colour per part: second 0 lies at the playhead, the last one before `width` less what lies right of the playhead.
struct RollStrip {
  std::string svg;
  int width = 0;
  double pixels_per_second = 0;
};
// 100 pixels per second; fewer where the strip would be wider than 30,000 pixels.
RollStrip roll_strip(const Score& score, const PictureOptions& options = {});

// Title, parts, sections and the arc of emotion over the whole piece.
std::string video_ground_svg(const Score& score, const PictureOptions& options = {});

}  // namespace s2m
