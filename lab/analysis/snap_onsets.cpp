#include "lab/analysis/snap_onsets.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "story2midi/music/parts.h"

namespace s2m {
namespace {

struct BeatGrid {
  std::array<int, 9> places;  // the next beat's start last
  int size;
  double price;
};
constexpr std::array<BeatGrid, 4> kGrids{{{{0, 3, 6, 9, 12}, 5, 0},
                                          {{0, 4, 8, 12}, 4, 1.5},
                                          {{0, 2, 4, 6, 8, 10, 12}, 7, 11},
                                          {{0, 2, 3, 5, 6, 7, 9, 10, 12}, 9, 11}}};
constexpr std::size_t kTriplets = 1;
constexpr double kDeviation = 0.4;    // of an onset from where it is written, in positions
constexpr double kTogether = 0.75;    // positions within which notes are struck together
constexpr double kCollision = 2.5;    // two separate onsets written as one
constexpr double kLonelyTriplet = 3;  // a triplet of which only the second is struck off the beat
constexpr double kSwing = 1;          // ... only the third
constexpr double kChange = 0.75;      // another grid than the beat before

// Notes struck together, within one beat.
struct Strike {
  double at;  // mean, positions from the beat
  std::size_t first, end;
};

int nearest(const BeatGrid& grid, double at) {
  int best = 0;
  for (int i = 0; i < grid.size; ++i)
    if (std::abs(grid.places[static_cast<std::size_t>(i)] - at) < std::abs(best - at))
      best = grid.places[static_cast<std::size_t>(i)];
  return best;
}

double cost(std::size_t which, std::span<const Strike> strikes) {
  if (strikes.empty()) return 0;
  const BeatGrid& grid = kGrids[which];
  double sum = grid.price;
  int last = -1;
  bool second = false, third = false;
  for (const Strike& strike : strikes) {
    const int place = nearest(grid, strike.at);
    const double distance = (place - strike.at) / kDeviation;
    sum += distance * distance / 2 + (place == last ? kCollision : 0);
    second = second || place == 4;
    third = third || place == 8;
    last = place;
  }
  if (which != kTriplets || (second && third)) return sum;
  return sum + (third ? kSwing : kLonelyTriplet);
}

std::vector<Strike> strikes_of(std::span<const double> onsets) {
  std::vector<Strike> strikes;
  for (std::size_t first = 0, end = 0; first < onsets.size(); first = end) {
    double sum = 0;
    for (end = first; end < onsets.size() && onsets[end] - onsets[first] <= kTogether; ++end)
      sum += onsets[end];
    strikes.push_back({sum / static_cast<double>(end - first), first, end});
  }
  return strikes;
}

// The strikes of one beat, and the cheapest way to each grid.
struct Beat {
  int number;
  std::vector<Strike> strikes;
  std::array<double, kGrids.size()> cost{};
  std::array<std::size_t, kGrids.size()> from{};
};

std::vector<Beat> beats_of(std::span<const double> onsets) {
  std::vector<Beat> beats;
  for (Strike strike : strikes_of(onsets)) {
    const int number = static_cast<int>(std::floor(strike.at / kGridPerQuarter));
    strike.at -= number * kGridPerQuarter;
    if (beats.empty() || beats.back().number != number) beats.push_back({number, {}, {}, {}});
    beats.back().strikes.push_back(strike);
  }
  return beats;
}

void find_paths(std::vector<Beat>& beats) {
  for (std::size_t i = 0; i < beats.size(); ++i)
    for (std::size_t grid = 0; grid < kGrids.size(); ++grid) {
      double best = i ? std::numeric_limits<double>::infinity() : 0;
      for (std::size_t before = 0; i && before < kGrids.size(); ++before) {
        const double way = beats[i - 1].cost[before] + (before == grid ? 0 : kChange);
        if (way < best) best = way, beats[i].from[grid] = before;
      }
      beats[i].cost[grid] = best + cost(grid, beats[i].strikes);
    }
}

}  // namespace

std::vector<int> snap_onsets(std::span<const double> onsets) {
  std::vector<Beat> beats = beats_of(onsets);
  find_paths(beats);
  std::vector<int> positions(onsets.size());
  std::size_t grid = 0;
  for (std::size_t i = beats.size(); i-- > 0;) {
    const Beat& beat = beats[i];
    if (i + 1 == beats.size())
      grid = static_cast<std::size_t>(std::ranges::min_element(beat.cost) - beat.cost.begin());
    for (const Strike& strike : beat.strikes)
      std::fill(positions.begin() + static_cast<std::ptrdiff_t>(strike.first),
                positions.begin() + static_cast<std::ptrdiff_t>(strike.end),
                beat.number * kGridPerQuarter + nearest(kGrids[grid], strike.at));
    grid = beat.from[grid];
  }
  return positions;
}

}  // namespace s2m
