#include "story2midi/sheets/hands.h"

#include <algorithm>
#include <limits>

#include "story2midi/music/two_hands.h"

namespace s2m {
namespace {

constexpr double kBeyondSpan = 30, kPerSemitoneBeyond = 3, kPerFingerBeyond = 10;
constexpr int kLowestOfTreble = 57, kHighestOfBass = 64;  // A3 and E4: two ledger lines
constexpr double kPerLedgerSemitone = .8;
constexpr double kChangeOfHands = 3, kSplitChord = 1.5;

// The notes that one strike of the figure brings, and the melody note that sounds and the bass that is struck then.
struct Strike {
  std::size_t first = 0, count = 0;  // of the figure's notes, ascending in pitch
  int melody = -1, bass = -1;        // pitches; -1: none
};

int sounding_at(const std::vector<PartNote>& notes, int start) {
  const auto after = std::ranges::upper_bound(notes, start, {}, &PartNote::start);
  if (after == notes.begin()) return -1;
  const PartNote& note = *std::prev(after);
  return note.start + note.length > start ? note.pitch : -1;
}

// The left hand leaves a bass that sounds on: the pedal holds it.
int struck_at(const std::vector<PartNote>& notes, int start) {
  const auto found = std::ranges::lower_bound(notes, start, {}, &PartNote::start);
  return found != notes.end() && found->start == start ? found->pitch : -1;
}

std::vector<Strike> strikes_of(const PartScore& written) {
  const auto& figure = written.part(Part::kFigure);
  std::vector<Strike> strikes;
  for (std::size_t i = 0; i < figure.size(); ++i) {
    if (!strikes.empty() && figure[strikes.back().first].start == figure[i].start) {
      ++strikes.back().count;
      continue;
    }
    strikes.push_back({i, 1, sounding_at(written.part(Part::kMelody), figure[i].start),
                       struck_at(written.part(Part::kBass), figure[i].start)});
  }
  return strikes;
}

double cost_of_hand(int low, int high, int keys) {
  const int beyond = high - low - kHandSpan;
  return (beyond > 0 ? kBeyondSpan + kPerSemitoneBeyond * beyond : 0) +
         kPerFingerBeyond * std::max(0, keys - kFingers);
}

// Where the left hand takes the lowest `left` notes of the strike.
double cost_of(const Strike& strike, std::span<const PartNote> figure, std::size_t left) {
  const auto notes = figure.subspan(strike.first, strike.count);
  double cost = left > 0 && left < strike.count ? kSplitChord : 0;
  int low = 127, high = 0, keys = 0;
  const auto add = [&](int pitch) {
    if (pitch < 0) return;
    low = std::min(low, pitch), high = std::max(high, pitch), ++keys;
  };
  add(strike.bass);
  for (std::size_t i = 0; i < left; ++i) {
    add(notes[i].pitch);
    cost += kPerLedgerSemitone * std::max(0, notes[i].pitch - kHighestOfBass);
  }
  cost += cost_of_hand(low, high, keys);
  low = 127, high = 0, keys = 0;
  add(strike.melody);
  for (std::size_t i = left; i < strike.count; ++i) {
    add(notes[i].pitch);
    cost += kPerLedgerSemitone * std::max(0, kLowestOfTreble - notes[i].pitch);
  }
  return cost + cost_of_hand(low, high, keys);
}

// Whether the figure lies in the right hand, in the left, or in both.
int side_of(std::size_t left, std::size_t count) { return left == 0 ? 0 : left == count ? 2 : 1; }

double change_cost(int side, int other) { return kChangeOfHands * std::abs(side - other) / 2; }

}  // namespace

std::vector<Hand> figure_hands(const PartScore& written) {
  const auto& figure = written.part(Part::kFigure);
  const auto strikes = strikes_of(written);
  std::vector<std::vector<double>> costs;
  std::vector<std::vector<std::size_t>> from;
  for (std::size_t i = 0; i < strikes.size(); ++i) {
    const Strike& strike = strikes[i];
    costs.emplace_back(strike.count + 1, std::numeric_limits<double>::infinity());
    from.emplace_back(strike.count + 1, std::size_t{0});
    for (std::size_t left = 0; left <= strike.count; ++left) {
      const double own = cost_of(strike, figure, left);
      if (i == 0) costs[i][left] = own;
      for (std::size_t before = 0; i > 0 && before <= strikes[i - 1].count; ++before) {
        const double whole = costs[i - 1][before] + own +
                             change_cost(side_of(left, strike.count), side_of(before, strikes[i - 1].count));
        if (whole < costs[i][left]) costs[i][left] = whole, from[i][left] = before;
      }
    }
  }
  std::vector<Hand> hands(figure.size(), Hand::kRight);
  if (strikes.empty()) return hands;
  auto left = static_cast<std::size_t>(std::ranges::min_element(costs.back()) - costs.back().begin());
  for (std::size_t i = strikes.size(); i-- > 0;) {
    std::fill_n(hands.begin() + static_cast<std::ptrdiff_t>(strikes[i].first), left, Hand::kLeft);
    left = from[i][left];
  }
  return hands;
}

}  // namespace s2m
