// How the voices of an accompaniment share a bar: patterns of strikes over its beats.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "story2midi/music/metre.h"

namespace s2m {

// A pattern is a row of signs, one a unit, from the bar line; it goes on from `loop`.
//   C: all voices; L, M, H: the lowest, a middle one, the highest; U: all but the lowest; -: held; .: a rest.
enum class LayoutUnit : std::uint8_t {
  kBeat,
  kHalf,
  kQuarter
};  // of a beat; halves are thirds in compound beats

struct Layout {
  std::string_view name;
  LayoutUnit unit;
  std::string_view signs;  // empty: the accompaniment as it is written, its tones divided among the voices
  std::size_t loop;
  double calmest, wildest;  // the arousal for which it is meant
};

struct LayoutStrike {
  int start = 0, length = 1;  // grid positions from the bar line
  char who = 'C';
};
// Ascending; a strike lasts until the next sign that is no '-'.
std::vector<LayoutStrike> strikes_of(const Layout& layout, Metre metre);

// Whether a strike is for this voice: 0 is the highest of `voices`.
bool takes_part(char who, int voice, int voices);

}  // namespace s2m
