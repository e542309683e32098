#include "lab/analysis/bass_line.h"

#include <algorithm>
#include <cstdlib>

namespace s2m {
namespace {

// What speaks for and against the bass, in no unit; above zero it is one.
constexpr double kLowest = 2.0;       // of any lowest note
constexpr double kAboveFloor = 0.7;   // per semitone above the lowest start within a quarter
constexpr double kAboveDeep = 0.35;   // per semitone more than an octave above the lowest within a half note
constexpr double kStepShare = 0.35;   // of that, where steps join the note to its neighbours
constexpr int kStepHeight = 7;        // ... up to a fifth above
constexpr double kChordShare = 0.35;  // of that, where it and the lowest, a quarter apart, both carry chords
constexpr int kChordHeight = 9;       // ... up to a sixth above
constexpr double kOffBeat = 0.4;      // off the quarters
constexpr double kHigh = 0.25;        // per semitone above kHighest
constexpr int kHighest = 57;          // A3
constexpr int kAround = kGridPerQuarter;  // positions

// The notes of one onset.
struct Strike {
  int start;
  std::size_t lowest;  // index of the note
  int pitch, size, bar_place;
};

std::vector<Strike> strikes_of(std::span<const GridNote> notes, std::span<const PartBar> bars) {
  std::vector<Strike> strikes;
  std::size_t bar = 0;
  for (std::size_t i = 0; i < notes.size(); ++i) {
    if (!strikes.empty() && strikes.back().start == notes[i].start) {
      ++strikes.back().size;
      continue;
    }
    while (bar + 1 < bars.size() && bars[bar + 1].start <= notes[i].start) ++bar;
    strikes.push_back({notes[i].start, i, notes[i].pitch, 1, notes[i].start - bars[bar].start});
  }
  return strikes;
}

bool is_step(const Strike& a, const Strike& b) {
  return std::abs(a.pitch - b.pitch) <= 2 && a.pitch != b.pitch && std::abs(a.start - b.start) <= kAround;
}

// The lowest strike from `around` positions before to as many after; on a bar's first place none before it counts.
const Strike& lowest_near(const std::vector<Strike>& strikes, std::size_t i, int around) {
  const Strike* lowest = &strikes[i];
  for (std::size_t back = i;
       back-- > 0 && strikes[i].bar_place > 0 && strikes[back].start >= strikes[i].start - around;)
    if (strikes[back].pitch < lowest->pitch) lowest = &strikes[back];
  for (std::size_t next = i + 1; next < strikes.size() && strikes[next].start <= strikes[i].start + around;
       ++next)
    if (strikes[next].pitch < lowest->pitch) lowest = &strikes[next];
  return *lowest;
}

double evidence(const std::vector<Strike>& strikes, std::size_t i) {
  const Strike& strike = strikes[i];
  const Strike& floor = lowest_near(strikes, i, kAround);
  const int height = strike.pitch - floor.pitch;
  const int deep = strike.pitch - lowest_near(strikes, i, 2 * kAround).pitch;
  double against = kAboveFloor * height;
  const bool before = i > 0 && is_step(strikes[i - 1], strike);
  const bool after = i + 1 < strikes.size() && is_step(strike, strikes[i + 1]);
  if ((before || after) && height <= kStepHeight) against *= kStepShare;
  const bool both_chords =
      strike.size > 1 && floor.size > 1 && std::abs(strike.start - floor.start) >= kAround;
  if (both_chords && height <= kChordHeight) against *= kChordShare;
  against += kAboveDeep * std::max(0, deep - 12) + kHigh * std::max(0, strike.pitch - kHighest);
  return kLowest - against - (strike.bar_place % kGridPerQuarter ? kOffBeat : 0);
}

}  // namespace

std::vector<std::size_t> find_bass(std::span<const GridNote> accompaniment, std::span<const PartBar> bars) {
  const std::vector<Strike> strikes = strikes_of(accompaniment, bars);
  std::vector<std::size_t> bass;
  for (std::size_t i = 0; i < strikes.size(); ++i)
    if (evidence(strikes, i) > 0) bass.push_back(strikes[i].lowest);
  return bass;
}

}  // namespace s2m
