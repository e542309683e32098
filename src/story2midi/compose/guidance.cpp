#include "story2midi/compose/guidance.h"

#include <algorithm>
#include <cmath>

#include "story2midi/compose/bar_event.h"

namespace s2m {
namespace {

// Guidance of a text alone, as shares of its strength.
constexpr double kLevelShare = 0.7;
// Shares of the temperature: the emotion of a text should not depend on the seed.
constexpr double kFeltTemperature = 0.3, kLevelTemperature = 0.5;

// Logits further from `others` by `strength` times their distance.
void move_away(std::span<float> logits, std::span<const float> others, float strength) {
  for (std::size_t i = 0; i < logits.size(); ++i) logits[i] += strength * (logits[i] - others[i]);
}

// The home key's mode, away from that of the usual text. The odds without a text are no guide: they are those of all music,
// where major is commoner than in the labelled music that texts go with.
void move_mode(std::span<float> logits, float strength, double usual) {
  const auto shift = strength * static_cast<float>(mode_odds_of(logits) - usual) / 2;
  logits[static_cast<std::size_t>(home_value(Mode::kMajor))] += shift;
  logits[static_cast<std::size_t>(home_value(Mode::kMinor))] -= shift;
}

// The same of a field that is an amount, along the trend of that distance alone: between rare values it is
// noise, which `strength` would make the loudest voice. `usual` of the trend is that of any text.
void move_along(std::span<float> logits, std::span<const float> others, float strength, double usual = 0) {
  const double slope = trend_of(logits, others) - usual;
  for (std::size_t i = 1; i < logits.size(); ++i)
    logits[i] += strength * static_cast<float>(slope * static_cast<double>(i));
}

}  // namespace

double trend_of(std::span<const float> logits, std::span<const float> others) {
  const float highest = *std::max_element(others.begin() + 1, others.end());
  double total = 0, value = 0, distance = 0, squares = 0, products = 0;
  for (std::size_t i = 1; i < logits.size(); ++i) {
    const double weight = std::exp(others[i] - highest), apart = logits[i] - others[i];
    const auto at = static_cast<double>(i);
    total += weight;
    value += weight * at;
    distance += weight * apart;
    squares += weight * at * at;
    products += weight * at * apart;
  }
  const double spread = squares - value * value / total;
  return spread <= 0 ? 0 : (products - value * distance / total) / spread;
}

double mode_odds_of(std::span<const float> local_key_logits) {
  const auto of = [&](Mode mode) { return local_key_logits[static_cast<std::size_t>(home_value(mode))]; };
  return of(Mode::kMajor) - of(Mode::kMinor);
}

// Valence and arousal are the text's emotion. The levels follow from these by themselves and would go to their
// extremes if they were moved as far. Metre says little.
void guide_field(BarField field, std::span<float> logits, std::span<const float> others,
                 const Guidance& guidance) {
  const auto full = static_cast<float>(guidance.strength);
  const auto level = static_cast<float>(kLevelShare * guidance.strength);
  switch (field) {
    case kLocalKey:
      return move_mode(logits, full, guidance.mode_odds);
    case kValence:
    case kArousal:
      return move_away(logits, others, full);
    case kDensity:
    case kMelodyDensity:
    case kThickness:
      return move_away(logits, others, level);
    case kTempo:
      // Tempi without a text are faster than those of any text: only the distance from that trend counts.
      return move_along(logits, others, full, guidance.tempo_trend);
    case kRegister:
    case kMelodyRegister:
      return move_along(logits, others, full);
    default:
      return;
  }
}

double guided_temperature(BarField field) {
  switch (field) {
    case kLocalKey:
    case kValence:
    case kArousal:
    case kTempo:
      return kFeltTemperature;
    case kDensity:
    case kMelodyDensity:
    case kThickness:
    case kRegister:
    case kMelodyRegister:
      return kLevelTemperature;
    default:
      return 1;
  }
}

}  // namespace s2m
