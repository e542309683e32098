// One scale for all emotion corpora: valence and arousal in [-1, 1], with zero for neutral. docs/research/emotion-
// scales.md holds these tables and their reasons.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "story2midi/emotion/valence_arousal.h"

namespace s2m {

// A category of a set that names emotions.
struct EmotionCategory {
  std::string_view name;
  ValenceArousal point;
  std::optional<Quadrant> quadrant;
};

// The 28 of GoEmotions, in the set's order. Grief and remorse are sad, neutral is nothing.
std::span<const EmotionCategory> goemotions_categories();
std::span<const EmotionCategory> isear_categories();
// Plutchik's eight in XED's numbering: XED's 1 is the first.
std::span<const EmotionCategory> xed_categories();

// A set that gives numbers: (value - zero) / unit, cut to [-1, 1].
struct EmotionScale {
  double valence_zero = 0;
  double valence_unit = 1;
  double arousal_zero = 0;
  double arousal_unit = 1;
  ValenceArousal operator()(ValenceArousal raw) const;
};
inline constexpr EmotionScale kEmobankScale{3, 1, 3, 0.8};
inline constexpr EmotionScale kFacebookScale{5, 3, 4, 4};
inline constexpr EmotionScale kTalesScale{0.469, 0.5, 0.5, 0.5};

// The tales' numbers are mixtures of categories, with neutral at (.469, .184): lower than sadness. What lies
// near it is lifted towards zero, so that "nothing" is not the calmest of all.
ValenceArousal tales_point(ValenceArousal raw);

// A tweet's intensity in [0, 1] of anger, fear, joy or sadness, between nothing and the full category.
ValenceArousal intensity_point(const EmotionCategory& category, double intensity);

// The quadrant of a point at least `margin` from zero valence and half of that from zero arousal, else none.
std::optional<Quadrant> clear_quadrant(ValenceArousal point, double margin = 0.2);

}  // namespace s2m
