#include "story2midi/compose/bar_event.h"

#include <algorithm>
#include <cmath>

#include "story2midi/base/error.h"
#include "story2midi/plan/rules.h"

namespace s2m {
namespace {

constexpr double kTaughtLevel = 0.6;
constexpr double kUndecided = 0.05;

// Of a bar's notes per quarter, those of the melody: as in real music, a third, within what can be sung.
constexpr double kMelodyShare = 0.33, kFewestSung = 0.5, kMostSung = 2.5;
// Semitones from the mean pitch of a bar to that of its melody and of its accompaniment, as in real music.
constexpr double kMelodyAbove = 11, kAccompanimentBelow = 6;

constexpr std::uint8_t byte(int value) { return static_cast<std::uint8_t>(value); }

}  // namespace

int emotion_value(double level) {
  if (std::abs(level) < kUndecided) return 0;
  return level_value(level > 0 ? kTaughtLevel : -kTaughtLevel);
}

Event bar_event(const BarPlan& bar, const Key& home, int bars_left) {
  const int metre = metre_value(bar.metre), transposition = transposition_to_c(home);
  if (metre == 0)
    throw Error("metre", "cannot be written", "one such as 2/4, 3/4, 4/4, 5/4, 6/8, 7/8, 9/8, 12/8",
                name_of(bar.metre));
  const double sung = std::clamp(kMelodyShare * bar.density, kFewestSung, kMostSung);
  Event event{.kind = kBarEvent};
  event.values[kMetre] = byte(metre);
  event.values[kTempo] = byte(tempo_value(bar.tempo_bpm));
  event.values[kLocalKey] = byte(local_key_value(bar.key, home));
  event.values[kValence] = byte(emotion_value(bar.valence));
  event.values[kArousal] = byte(emotion_value(bar.arousal));
  event.values[kMelodyDensity] = byte(density_value(sung));
  event.values[kMelodyRegister] = byte(register_value(bar.register_pitch + transposition + kMelodyAbove));
  event.values[kDensity] = byte(density_value(std::max(0.25, bar.density - sung)));
  event.values[kRegister] = byte(register_value(bar.register_pitch + transposition - kAccompanimentBelow));
  // The decoder knows other styles too; in this one it is nearest to the emotion asked (docs/research/tried.md).
  event.values[kStyle] = byte(static_cast<int>(Style::kClassicalPiano));
  event.values[kBarsLeft] = byte(bars_left_value(bars_left));
  return event;
}

BarPlan bar_plan(const Event& event, const Key& home, double tempo_bpm) {
  BarPlan bar;
  bar.tempo_bpm = tempo_bpm;
  bar.metre = metre_of(event.values[kMetre]);
  bar.key = event.values[kLocalKey] ? local_key_of(event.values[kLocalKey], home) : home;
  const auto level = [](int value) { return value == 0 ? 0 : level_of(value); };
  bar.valence = level(event.values[kValence]);
  bar.arousal = level(event.values[kArousal]);
  bar.density = density_of(event.values[kDensity]) + density_of(event.values[kMelodyDensity]);
  bar.dynamics = cue(kDynamicsRule, {bar.valence, bar.arousal});
  bar.register_pitch = register_of(event.values[kRegister]) - transposition_to_c(home) + kAccompanimentBelow;
  bar.articulation = cue(kArticulationRule, {bar.valence, bar.arousal});
  return bar;
}

}  // namespace s2m
