// Piano-roll pictures of scores, as SVG text.
#pragma once

#include <string>
#include <vector>

#include "story2midi/music/score.h"

namespace s2m {

enum class NoteColours { kByTrack, kByVelocity };

struct PianoRollOptions {
  std::string title = {};
  std::string subtitle = {};
  NoteColours colours = NoteColours::kByVelocity;
  int width = 1600;       // pixels
  int bars_per_row = 16;  // a longer piece takes several rows; the picture grows downwards
  // What the music was asked to feel, a value a bar in [-1, 1]; drawn above the notes when not empty.
  std::vector<float> valence = {};
  std::vector<float> arousal = {};
};

// Rows of bars with keyboard, beats, bar numbers, keys, metres, tempos and markers; notes; drums and pedal
// below. Throws Error for pieces of more than 4,000 bars.
std::string piano_roll_svg(const Score& score, const PianoRollOptions& options = {});

}  // namespace s2m
