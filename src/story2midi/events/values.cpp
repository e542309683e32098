#include <algorithm>
#include <cmath>
#include <string>

#include "story2midi/base/error.h"
#include "story2midi/events/event.h"

namespace s2m {
namespace {

constexpr double kSlowestBpm = 30, kFastestBpm = 240;
constexpr double kThinnest = 0.25, kDensest = 16;
constexpr int kLowestRegister = 36, kSemitonesPerStep = 3;
constexpr std::array kThicknesses{1.25, 1.75, 2.5, 3.5};  // upper limits of the values from 2 on

int clamped(double step, BarField field) {
  const int steps = kBarFields[field].size - 1;
  return 1 + static_cast<int>(std::clamp(step, 0.0, steps - 1.0));
}

int geometric_value(double x, double low, double high, BarField field) {
  const int steps = kBarFields[field].size - 1;
  if (!(x > low)) return 1;
  return clamped(std::round((steps - 1) * std::log(x / low) / std::log(high / low)), field);
}

double geometric_of(int value, double low, double high, BarField field) {
  return low * std::pow(high / low, (value - 1.0) / (kBarFields[field].size - 2));
}

}  // namespace

int duration_value(int positions) {
  const auto above = std::lower_bound(kDurations.begin(), kDurations.end(), positions);
  if (above == kDurations.begin()) return 0;
  if (above == kDurations.end()) return static_cast<int>(kDurations.size()) - 1;
  const auto nearest = *above - positions < positions - above[-1] ? above : above - 1;
  return static_cast<int>(nearest - kDurations.begin());
}

int duration_value_within(int length, int most) {
  int value = duration_value(std::min(length, most));
  while (value > 0 && kDurations[static_cast<std::size_t>(value)] > most) --value;
  return value;
}

int metre_value(Metre metre) {
  const auto metres = written_metres();
  for (std::size_t i = 0; i < metres.size(); ++i)
    if (metres[i] == metre) return static_cast<int>(i) + 1;
  return 0;
}

Metre metre_of(int value) {
  const auto metres = written_metres();
  if (value < 1 || value > static_cast<int>(metres.size()))
    throw Error("event", "no such metre", "1 to " + std::to_string(metres.size()), std::to_string(value));
  return metres[static_cast<std::size_t>(value - 1)];
}

int bar_positions(Metre metre) {
  return 4 * kGridPerQuarter * metre.numerator / std::max(1, metre.denominator);
}

int tempo_value(double bpm) { return geometric_value(bpm, kSlowestBpm, kFastestBpm, kTempo); }
double tempo_of(int value) { return geometric_of(value, kSlowestBpm, kFastestBpm, kTempo); }
int local_key_value(Key local, Key home) {
  return 1 + (local.tonic - home.tonic + 24) % 12 + (local.mode == Mode::kMinor ? 12 : 0);
}
Key local_key_of(int value, Key home) {
  const int steps = value - 1;
  return {(home.tonic + steps) % 12, steps >= 12 ? Mode::kMinor : Mode::kMajor};
}
int level_value(double level) { return clamped(std::round((level + 1) * 4), kValence); }
double level_of(int value) { return (value - 1) / 4.0 - 1; }
int density_value(double notes) { return geometric_value(notes, kThinnest, kDensest, kDensity); }
double density_of(int value) { return geometric_of(value, kThinnest, kDensest, kDensity); }
int register_value(double pitch) {
  return clamped(std::floor((pitch - kLowestRegister) / kSemitonesPerStep), kRegister);
}
double register_of(int value) { return kLowestRegister + (value - 0.5) * kSemitonesPerStep; }
int thickness_value(double notes) {
  if (!(notes > 0)) return 1;
  return 2 + static_cast<int>(std::ranges::upper_bound(kThicknesses, notes) - kThicknesses.begin());
}
int bars_left_value(int bars) { return std::clamp(bars, 1, kBarFields[kBarsLeft].size - 1); }

int transposition_to_c(const Key& key) {
  const int tonic = ((key.tonic % 12) + 12) % 12;
  return tonic <= 6 ? -tonic : 12 - tonic;
}

int octave_folded(int pitch) { return pitch < 0 ? pitch + 12 : pitch > 127 ? pitch - 12 : pitch; }

}  // namespace s2m
