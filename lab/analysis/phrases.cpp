#include "lab/analysis/phrases.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace s2m {
namespace {

constexpr int kLongest = 8;
// By the number of bars of a phrase; the first is not used.
constexpr std::array<double, kLongest + 1> kCost{0, 2.5, 1, 1.2, 0, 1.2, 1, 1.5, 0.7};

// By bar: how much longer than usual the melody waits across the bar line, in doublings.
std::vector<double> waits_of(const PartScore& piece) {
  const auto& melody = piece.part(Part::kMelody);
  std::vector<double> waits(piece.bars.size(), 0);
  if (melody.size() < 3) return waits;
  std::vector<int> steps;
  for (std::size_t i = 0; i + 1 < melody.size(); ++i) steps.push_back(melody[i + 1].start - melody[i].start);
  auto sorted = steps;
  std::ranges::nth_element(sorted, sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2));
  const double usual = std::max(1, sorted[sorted.size() / 2]);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const int next = melody[i + 1].start;
    const auto after = std::ranges::upper_bound(piece.bars, next, {}, &PartBar::start);
    auto bar = static_cast<std::size_t>(std::max<std::ptrdiff_t>(1, after - piece.bars.begin())) - 1;
    const int into = next - piece.bars[bar].start;
    // An upbeat of up to half a bar belongs to the bar that it leads to.
    if (2 * into >= piece.bars[bar].positions && bar + 1 < piece.bars.size()) ++bar;
    waits[bar] = std::max(waits[bar], std::clamp(std::log2(steps[i] / usual), 0.0, 3.0));
  }
  return waits;
}

}  // namespace

std::vector<int> find_phrases(const PartScore& piece) {
  const int bars = static_cast<int>(piece.bars.size());
  const auto waits = waits_of(piece);
  std::vector<double> best(static_cast<std::size_t>(bars) + 1, 1e9);
  std::vector<int> from(static_cast<std::size_t>(bars) + 1, 0);
  best[0] = 0;
  for (int end = 1; end <= bars; ++end)
    for (int length = 1; length <= std::min(kLongest, end); ++length) {
      const auto start = static_cast<std::size_t>(end - length), at = static_cast<std::size_t>(end);
      const double pays = end < bars ? waits[at] : 0;
      const double cost = best[start] + kCost[static_cast<std::size_t>(length)] - pays;
      if (cost < best[at]) best[at] = cost, from[at] = end - length;
    }
  std::vector<int> starts;
  for (int end = bars; end > 0; end = from[static_cast<std::size_t>(end)])
    starts.push_back(from[static_cast<std::size_t>(end)]);
  std::ranges::reverse(starts);
  return starts;
}

}  // namespace s2m
