#include "story2midi/pictures/piano_roll_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

constexpr std::size_t kMostBars = 4000;
constexpr double kRowGap = 18;

}  // namespace

RollLayout::RollLayout(const Score& score, const RollFrame& frame) : bars(s2m::bars(score)) {
  if (bars.empty()) bars.push_back({0, 4 * score.ticks_per_quarter, {}});
  if (bars.size() > kMostBars)
    throw Error("piano roll", "too many bars", fmt::format("at most {}", kMostBars),
                fmt::to_string(bars.size()));
  find_pitches(score);
  set_heights(score, frame);
  break_rows(frame);
}

double RollLayout::y_of_drum(const RollRow& row, int pitch) const {
  const auto line = std::ranges::find(drums, pitch) - drums.begin();
  return drums_top(row) + 6 + kDrum * static_cast<double>(line);
}

void RollLayout::find_pitches(const Score& score) {
  for (const Track& track : score.tracks) {
    for (const Note& note : track.notes) {
      if (track.is_drums) {
        if (std::ranges::find(drums, note.pitch) == drums.end()) drums.push_back(note.pitch);
      } else {
        low_pitch = std::min<int>(low_pitch, note.pitch);
        high_pitch = std::max<int>(high_pitch, note.pitch);
      }
    }
  }
  std::ranges::sort(drums, std::greater());
  if (low_pitch > high_pitch) low_pitch = high_pitch = 66;
  const int padding = std::max(2, (30 - (high_pitch - low_pitch)) / 2);
  low_pitch = std::max(0, low_pitch - padding);
  high_pitch = std::min(127, high_pitch + padding);
}

void RollLayout::set_heights(const Score& score, const RollFrame& frame) {
  const bool has_pedal =
      std::ranges::any_of(score.tracks, [](const Track& track) { return !track.pedal.empty(); });
  semitone = static_cast<int>(bars.size()) <= frame.bars_per_row ? 8 : 5.5;
  ruler_height = score.markers.empty() ? 30 : 46;
  curves_height = frame.has_curves ? 66 : 0;
  roll_height = semitone * (high_pitch - low_pitch + 1);
  drums_height = drums.empty() ? 0 : kDrum * static_cast<double>(drums.size()) + 9;
  pedal_height = has_pedal ? 9 : 0;
}

void RollLayout::break_rows(const RollFrame& frame) {
  const auto bars_per_row = static_cast<std::size_t>(std::max(1, frame.bars_per_row));
  const double row_height =
      ruler_height + curves_height + roll_height + drums_height + pedal_height + kRowGap;
  std::int64_t longest = 1;
  for (std::size_t first = 0; first < bars.size(); first += bars_per_row) {
    const std::size_t count = std::min(bars_per_row, bars.size() - first);
    rows.push_back({std::span(bars).subspan(first, count), first,
                    kHeader + row_height * static_cast<double>(rows.size())});
    longest = std::max(longest, rows.back().end() - rows.back().start());
  }
  tick_width = (frame.width - kMargin - kLeft) / static_cast<double>(longest);
  height = rows.back().top + row_height + kMargin - kRowGap;
}

}  // namespace s2m
