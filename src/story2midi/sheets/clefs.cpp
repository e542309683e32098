#include "story2midi/sheets/clefs.h"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

namespace s2m {
namespace {

constexpr double kChange = 24;       // in semitones beyond what a clef shows well
constexpr double kStrangeClef = .4;  // a note in another clef than the usual
constexpr int kHighestOfTenor = 71;  // B4
constexpr std::array<std::array<int, 2>, 6> kComfort{
    {{57, 86}, {36, 64}, {46, 76}, {43, kHighestOfTenor}, {45, 74}, {0, 127}}};  // by Clef: two ledger lines

bool is_keyboard(const SheetPart& part) { return part.clefs.size() > 1; }

std::vector<Clef> choices(Clef usual, const SheetPart& part) {
  if (is_keyboard(part)) return {usual, usual == Clef::kBass ? Clef::kTreble : Clef::kBass};
  if (usual == Clef::kAlto) return {usual, Clef::kTreble};
  if (usual == Clef::kBass && part.transposition == 0) return {usual, Clef::kTenor, Clef::kTreble};
  return {usual};
}

double cost_of_note(Clef clef, int pitch) {
  const auto [low, high] = kComfort[static_cast<std::size_t>(clef)];
  return std::max({0, low - pitch, pitch - high});
}

// By bar and clef.
std::vector<std::vector<double>> costs_of(const SheetPart& part, int staff, std::span<const SheetBar> bars,
                                          const std::vector<Clef>& clefs) {
  std::vector<std::vector<double>> costs(bars.size(), std::vector<double>(clefs.size()));
  for (const SheetNote& note : part.notes) {
    if (note.staff != staff) continue;
    const auto bar = std::ranges::upper_bound(bars, note.start, {}, &SheetBar::start) - bars.begin() - 1;
    for (std::size_t i = 0; i < clefs.size(); ++i)
      costs[static_cast<std::size_t>(bar)][i] +=
          cost_of_note(clefs[i], note.pitch - part.transposition) + (i > 0 ? kStrangeClef : 0);
  }
  return costs;
}

// The choice of each bar.
std::vector<std::size_t> cheapest_way(std::vector<std::vector<double>> costs) {
  std::vector<std::vector<std::size_t>> from(costs.size());
  for (std::size_t bar = 1; bar < costs.size(); ++bar)
    for (std::size_t now = 0; now < costs[bar].size(); ++now) {
      double best = std::numeric_limits<double>::infinity();
      from[bar].push_back(0);
      for (std::size_t before = 0; before < costs[bar].size(); ++before) {
        const double cost = costs[bar - 1][before] + (before == now ? 0 : kChange);
        if (cost < best) best = cost, from[bar][now] = before;
      }
      costs[bar][now] += best;
    }
  std::vector<std::size_t> way(costs.size());
  for (std::size_t bar = costs.size(); bar-- > 0;)
    way[bar] = bar + 1 == costs.size()
                   ? static_cast<std::size_t>(std::ranges::min_element(costs[bar]) - costs[bar].begin())
                   : from[bar + 1][way[bar + 1]];
  return way;
}

}  // namespace

void choose_clefs(SheetPart& part, std::span<const SheetBar> bars) {
  if (bars.empty()) return;
  for (std::size_t staff = 0; staff < part.clefs.size(); ++staff) {
    const auto clefs = choices(part.clefs[staff], part);
    const int number = static_cast<int>(staff) + 1;
    const auto way = cheapest_way(costs_of(part, number, bars, clefs));
    part.clefs[staff] = clefs[way.front()];
    for (std::size_t bar = 1; bar < way.size(); ++bar)
      if (way[bar] != way[bar - 1])
        part.clef_changes.push_back({bars[bar].start, static_cast<std::uint8_t>(number), clefs[way[bar]]});
  }
  std::ranges::stable_sort(part.clef_changes, {}, &SheetClef::start);
}

}  // namespace s2m
