#include "story2midi/compose/bar_event.h"

#include <cmath>
#include <string>

#include "story2midi/base/error.h"
#include "story2midi/plan/rules.h"

namespace s2m {
namespace {

constexpr double kTaughtLevel = 0.6;
constexpr double kUndecided = 0.05;

constexpr std::uint8_t byte(int value) { return static_cast<std::uint8_t>(value); }

}  // namespace

int emotion_value(double level) {
  if (std::abs(level) < kUndecided) return 0;
  return level_value(level > 0 ? kTaughtLevel : -kTaughtLevel);
}

Event bar_event(const BarPlan& bar, int transposition, int bars_left) {
  const int metre = metre_value(bar.metre);
  if (metre == 0)
    throw Error("metre", "cannot be written", "one such as 2/4, 3/4, 4/4, 5/4, 6/8, 7/8, 9/8, 12/8",
                name_of(bar.metre));
  Event event{.kind_or_position = kBarEvent};
  event.values[kMetre] = byte(metre);
  event.values[kTempo] = byte(tempo_value(bar.tempo_bpm));
  event.values[kMode] = bar.mode == Mode::kMajor ? 1 : 2;
  event.values[kValence] = byte(emotion_value(bar.valence));
  event.values[kArousal] = byte(emotion_value(bar.arousal));
  event.values[kDensity] = byte(density_value(bar.density));
  event.values[kDynamics] = byte(dynamics_value(bar.dynamics));
  event.values[kRegister] = byte(register_value(bar.register_pitch + transposition));
  event.values[kBarsLeft] = byte(bars_left_value(bars_left));
  return event;
}

BarPlan bar_plan(const Event& event, int transposition, double tempo_bpm) {
  BarPlan bar;
  bar.tempo_bpm = tempo_bpm;
  bar.metre = metre_of(event.values[kMetre]);
  bar.mode = event.values[kMode] == 2 ? Mode::kMinor : Mode::kMajor;
  const auto level = [](int value) { return value == 0 ? 0 : level_of(value); };
  bar.valence = level(event.values[kValence]);
  bar.arousal = level(event.values[kArousal]);
  bar.density = density_of(event.values[kDensity]);
  bar.dynamics = dynamics_of(event.values[kDynamics]);
  bar.register_pitch = register_of(event.values[kRegister]) - transposition;
  bar.articulation = cue(kArticulationRule, {bar.valence, bar.arousal});
  return bar;
}

}  // namespace s2m
