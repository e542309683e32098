#include "lab/datasets/encode_music.h"

#include <algorithm>

#include "lab/analysis/to_parts.h"
#include "story2midi/music/key.h"

namespace s2m {
namespace {

// A key that holds for fewer bars is that of the bars before.
constexpr std::size_t kFewestBarsInAKey = 4;

void find_local_keys(PartScore& piece) {
  const auto found = find_bar_keys(to_score(piece));
  Key key = piece.key;
  for (std::size_t i = 0; i < std::min(found.size(), piece.bars.size()); ++i) {
    std::size_t run = 1;
    while (i + run < found.size() && found[i + run].key == found[i].key) ++run;
    if (run >= kFewestBarsInAKey) key = found[i].key;
    piece.bars[i].key = key;
  }
}

}  // namespace

PartScore parts_with_keys(const Score& score, std::int64_t* notes) {
  PartsReport report;
  PartScore piece = to_parts(score, find_key(score).key, {}, &report);
  find_local_keys(piece);
  if (notes != nullptr) *notes = report.notes;
  return piece;
}

}  // namespace s2m
