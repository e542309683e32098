// The measures of a MusicXML document in time, over all its parts.
#pragma once

#include <cstdint>
#include <pugixml.hpp>
#include <span>
#include <vector>

#include "story2midi/music/score.h"

namespace s2m::musicxml {

// A <part> and the words by which a message names it: "song.mxl: part P1".
struct PartNode {
  pugi::xml_node node;
  std::string where;
};

// The grid on which every duration of the parts is a whole number of ticks: the least common multiple of
// kTicksPerQuarter and all divisions; the finest grid of ours, 10080, where that is beyond 20160.
int common_ticks(std::span<const PartNode> parts);

struct Timeline {
  int ticks_per_quarter = kTicksPerQuarter;
  std::vector<std::int32_t> starts;  // ticks, of each measure
  std::vector<TimeSignature> time_signatures;
};

// A measure lasts as long as the longest part in it (a pickup is short); an empty one as its metre says. A short measure
// keeps its metre, and the next one states it anew, but where it completes the bar (one that a repeat divides). A measure that is longer than its metre has a metre of its own
// length. Of two metres in one measure the upper part's counts. Throws Error.
Timeline read_timeline(std::span<const PartNode> parts);

}  // namespace s2m::musicxml
