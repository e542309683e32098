// One scale for all emotion sets: valence and arousal in [-1, 1], zero where a reader feels nothing either
// way. docs/research/emotion-scales.md has these tables with their reasons.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace s2m {

struct EmotionPoint {
  float valence = 0;
  float arousal = 0;
};

// Quadrants count from 0: Q1 happy and lively, Q2 angry or afraid, Q3 sad, Q4 calm and content; -1: none.
inline constexpr int kNoQuadrant = -1;

// A category of a set that names emotions.
struct EmotionCategory {
  std::string_view name;
  EmotionPoint point;
  int quadrant = kNoQuadrant;
};

// The 28 of GoEmotions, in the set's order. Grief and remorse are sad, neutral is nothing.
std::span<const EmotionCategory> goemotions_categories();
std::span<const EmotionCategory> isear_categories();
// Plutchik's eight in XED's numbering: XED's 1 is the first.
std::span<const EmotionCategory> xed_categories();

// A set that gives numbers: (value - zero) / unit, cut to [-1, 1].
struct EmotionScale {
  float valence_zero = 0;
  float valence_unit = 1;
  float arousal_zero = 0;
  float arousal_unit = 1;
  EmotionPoint operator()(float valence, float arousal) const;
};
inline constexpr EmotionScale kEmobankScale{3.f, 1.f, 3.f, 0.8f};
inline constexpr EmotionScale kFacebookScale{5.f, 3.f, 4.f, 4.f};
inline constexpr EmotionScale kTalesScale{0.469f, 0.5f, 0.5f, 0.5f};

// The tales' numbers are mixtures of categories, with neutral at (.469, .184): lower than sadness. What lies
// near it is lifted towards zero, so that "nothing" is not the calmest of all.
EmotionPoint tales_point(float valence, float arousal);

// A tweet's intensity in [0, 1] of anger, fear, joy or sadness, between nothing and the full category.
EmotionPoint intensity_point(const EmotionCategory& category, float intensity);

// The quadrant of a point that lies clearly in one, else none.
int clear_quadrant(EmotionPoint point, float margin = 0.2f);
// The quadrant of any point, 0 to 3: neither axis has a middle.
int quadrant_index(EmotionPoint point);

}  // namespace s2m
