// The layout of a piano-roll picture: where bars, pitches and ticks lie, in pixels.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "story2midi/music/score.h"

namespace s2m {

// What of a picture's options its layout depends on.
struct RollFrame {
  int width;  // pixels
  int bars_per_row;
  bool has_curves;
};

// One line of the picture: some bars and where they are drawn.
struct RollRow {
  std::span<const Bar> bars;
  std::size_t first_bar = 0;
  double top = 0;

  std::int32_t start() const { return bars.front().start_ticks; }
  std::int64_t end() const { return std::int64_t{bars.back().start_ticks} + bars.back().length_ticks; }
  bool holds(std::int64_t ticks) const { return ticks >= start() && ticks < end(); }
};

// From top to bottom a row has ruler, curves (if any), notes, drums (if any) and pedal (if any). All rows
// have one scale of time. Not copied: rows point into bars.
struct RollLayout {
  RollLayout(const Score& score, const RollFrame& frame);
  RollLayout(const RollLayout&) = delete;
  RollLayout& operator=(const RollLayout&) = delete;

  static constexpr double kMargin = 28;
  static constexpr double kHeader = 66;
  static constexpr double kKeyboard = 46;
  static constexpr double kDrum = 7;  // a drum's line
  static constexpr double kLeft = kMargin + kKeyboard;

  double x_of(const RollRow& row, double ticks) const { return kLeft + (ticks - row.start()) * tick_width; }
  double right_of(const RollRow& row) const { return x_of(row, static_cast<double>(row.end())); }
  double curves_top(const RollRow& row) const { return row.top + ruler_height; }
  double roll_top(const RollRow& row) const { return curves_top(row) + curves_height; }
  double drums_top(const RollRow& row) const { return roll_top(row) + roll_height; }
  double pedal_top(const RollRow& row) const { return drums_top(row) + drums_height; }
  // The upper edge of a pitch, or of a drum's line.
  double y_of(const RollRow& row, int pitch) const { return roll_top(row) + (high_pitch - pitch) * semitone; }
  double y_of_drum(const RollRow& row, int pitch) const;

  std::vector<Bar> bars;
  std::vector<RollRow> rows;
  std::vector<int> drums;  // their keys, from high to low
  int low_pitch = 127;
  int high_pitch = 0;
  double semitone = 0;
  double tick_width = 0;
  double ruler_height = 0;
  double curves_height = 0;
  double roll_height = 0;
  double drums_height = 0;
  double pedal_height = 0;
  double height = 0;  // of the whole picture

 private:
  void find_pitches(const Score& score);
  void set_heights(const Score& score, const RollFrame& frame);
  void break_rows(const RollFrame& frame);
};

}  // namespace s2m
