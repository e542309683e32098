#include "lab/analysis/piece_similarity.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace s2m {
namespace {

constexpr std::size_t kBars = 16;

std::map<std::pair<int, int>, double> changes_of(const PieceView& piece) {
  std::map<std::pair<int, int>, double> counts;
  for (std::size_t i = 1; i < std::min(2 * kBars, piece.half_bars.size()); ++i)
    if (const auto& from = piece.half_bars[i - 1].triad, &to = piece.half_bars[i].triad;
        from && to && *from != *to)
      ++counts[{from->index(piece.key.tonic), to->index(piece.key.tonic)}];
  return counts;
}

template <class Counts>
double product(const Counts& a, const Counts& b) {
  double sum = 0;
  for (const auto& [change, count] : a)
    if (const auto found = b.find(change); found != b.end()) sum += count * found->second;
  return sum;
}

// (bar, sixteenth of it) with an onset.
std::set<std::pair<std::size_t, int>> onsets_of(const PieceView& piece) {
  std::set<std::pair<std::size_t, int>> onsets;
  for (std::size_t bar = 0; bar < std::min(kBars, piece.bars.size()); ++bar)
    for (const ViewNote& note : notes_in(piece.notes, piece.bars[bar].start, piece.bars[bar].steps))
      onsets.emplace(bar, note.sixteenth - piece.bars[bar].start);
  return onsets;
}

}  // namespace

std::optional<double> chord_change_likeness(const PieceView& a, const PieceView& b) {
  if (a.key.mode != b.key.mode) return {};
  const auto of_a = changes_of(a), of_b = changes_of(b);
  if (of_a.empty() || of_b.empty()) return {};
  return product(of_a, of_b) / std::sqrt(product(of_a, of_a) * product(of_b, of_b));
}

std::optional<double> onset_grid_likeness(const PieceView& a, const PieceView& b) {
  if (a.bars.empty() || b.bars.empty() || a.bars.front().metre != b.bars.front().metre) return {};
  const auto of_a = onsets_of(a), of_b = onsets_of(b);
  const auto both = std::ranges::count_if(of_a, [&](const auto& onset) { return of_b.contains(onset); });
  const auto either = static_cast<double>(of_a.size() + of_b.size()) - static_cast<double>(both);
  if (!(either > 0)) return {};
  return static_cast<double>(both) / either;
}

}  // namespace s2m
