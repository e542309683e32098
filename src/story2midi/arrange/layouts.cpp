#include "story2midi/arrange/layouts.h"

#include <algorithm>

namespace s2m {
namespace {

constexpr int kShortest = 3;  // a sixteenth

int unit_positions(LayoutUnit unit, int beat) {
  const bool compound = beat % 9 == 0;
  switch (unit) {
    case LayoutUnit::kBeat:
      return beat;
    case LayoutUnit::kHalf:
      return std::max(kShortest, beat / (compound ? 3 : 2));
    case LayoutUnit::kQuarter:
      break;
  }
  return std::max(kShortest, beat / (compound ? 6 : 4));
}

}  // namespace

std::vector<LayoutStrike> strikes_of(const Layout& layout, Metre metre) {
  const auto starts = beats(metre);
  const int end = bar_length(metre);
  std::vector<LayoutStrike> strikes;
  std::size_t sign = 0;
  bool sounds = false;
  for (std::size_t beat = 0; beat < starts.size(); ++beat) {
    const int next = beat + 1 < starts.size() ? starts[beat + 1] : end;
    const int unit = unit_positions(layout.unit, next - starts[beat]);
    for (int at = starts[beat]; at < next; at += unit) {
      const int length = std::min(unit, next - at);
      if (sign == layout.signs.size()) sign = layout.loop;
      const char who = layout.signs[sign++];
      if (who == '-' && sounds) strikes.back().length += length;
      if (who != '-') sounds = who != '.';
      if (who != '-' && who != '.') strikes.push_back({at, length, who});
    }
  }
  return strikes;
}

bool takes_part(char who, int voice, int voices) {
  switch (who) {
    case 'L':
      return voice == voices - 1;
    case 'M':
      return voice == voices / 2;
    case 'H':
      return voice == 0;
    case 'U':
      return voice < std::max(1, voices - 1);
    default:
      return true;
  }
}

}  // namespace s2m
