#include "story2midi/compose/silence.h"

#include <algorithm>
#include <vector>

namespace s2m {

PartScore silenced(PartScore piece, std::span<const BarPlan> bars) {
  std::vector<PartBar> silent;
  for (std::size_t i = 0; i < piece.bars.size(); ++i)
    if (bars[i].density == 0) silent.push_back(piece.bars[i]);
  for (auto& notes : piece.parts)
    std::erase_if(notes, [&](PartNote& note) {
      const auto next = std::ranges::find_if(
          silent, [&](const PartBar& bar) { return bar.start + bar.positions > note.start; });
      if (next == silent.end()) return false;
      note.length = std::min(note.length, next->start - note.start);
      return note.length <= 0;
    });
  return piece;
}

}  // namespace s2m
