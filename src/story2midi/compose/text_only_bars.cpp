#include "story2midi/compose/text_only_bars.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "story2midi/base/error.h"
#include "story2midi/base/limits.h"
#include "story2midi/compose/bar_event.h"
#include "story2midi/plan/rules.h"

namespace s2m {
namespace {

constexpr int kUsualBars = 16;
constexpr int kShortestBarPositions = 2 * kGridPerQuarter;

}  // namespace

TextOnlyBars::TextOnlyBars(const PlanOptions& asked) : asked_(asked) {
  if (asked.metre) bar_event({.metre = *asked.metre}, {}, 1);  // throws where it cannot be written
  if (asked.bars || !asked.duration_seconds) bars_ = asked.bars.value_or(kUsualBars);
}

std::optional<int> TextOnlyBars::asked_value(BarField field) const {
  if (field == kMetre && asked_.metre) return metre_value(*asked_.metre);
  if (field == kTempo && asked_.tempo_bpm) return tempo_value(*asked_.tempo_bpm);
  if (field == kLocalKey && asked_.key) return home_value(asked_.key->mode);
  if (field == kValence && asked_.valence) return emotion_value(*asked_.valence);
  if (field == kArousal && asked_.arousal) return emotion_value(*asked_.arousal);
  return std::nullopt;
}

std::optional<int> TextOnlyBars::fixed(BarField field, const Event& so_far, int index) {
  if (field == kBarsLeft) {
    if (index == 0) settle(so_far);
    return bars_left_value(bars_ - index);
  }
  const bool stays = field <= kStyle;  // metre, tempo, key, valence, arousal, style
  if (stays && index > 0) return first_.values[field];
  return asked_value(field);
}

bool TextOnlyBars::may_choose(BarField field, int value) {
  if (field == kMetre) return bar_positions(metre_of(value)) >= kShortestBarPositions;
  // The home key itself: the tonic of the piece follows from its emotion.
  if (field == kLocalKey) return value == home_value(Mode::kMajor) || value == home_value(Mode::kMinor);
  return field != kDensity || density_of(value) >= kDensityRule.lowest / 2;
}

void TextOnlyBars::settle(const Event& first) {
  const auto metre = metre_of(first.values[kMetre]);
  const double quarters = 4.0 * metre.numerator / metre.denominator;
  tempo_bpm_ = asked_.tempo_bpm.value_or(tempo_of(first.values[kTempo]));
  if (!asked_.duration_seconds) return;
  const double exact = *asked_.duration_seconds * tempo_bpm_ / 60 / quarters;
  if (!asked_.bars) bars_ = static_cast<int>(std::clamp(std::round(exact), 1.0, 1.0 * limits::kMostBars));
  tempo_bpm_ *= bars_ / exact;
  if (tempo_bpm_ < limits::kSlowestBpm || tempo_bpm_ > limits::kFastestBpm)
    throw Error("duration_seconds", "cannot be reached in " + std::to_string(bars_) + " bars",
                fmt::format("a tempo of {} to {} bpm", limits::kSlowestBpm, limits::kFastestBpm),
                std::to_string(std::lround(tempo_bpm_)) + " bpm");
}

Key TextOnlyBars::key() const {
  if (asked_.key) return *asked_.key;
  const auto first = bar_plan(first_, {}, tempo_bpm_);
  return key_of(first.key.mode, {first.valence, first.arousal});
}

}  // namespace s2m
