#include "lab/corpora/emotion_scales.h"

#include <algorithm>
#include <cmath>

namespace s2m {
namespace {

constexpr EmotionCategory kGoEmotions[] = {{"admiration", {.70f, .25f}, 0},
                                           {"amusement", {.70f, .50f}, 0},
                                           {"anger", {-.70f, .75f}, 1},
                                           {"annoyance", {-.50f, .45f}, 1},
                                           {"approval", {.40f, -.15f}, 3},
                                           {"caring", {.50f, -.30f}, 3},
                                           {"confusion", {-.25f, .30f}, 1},
                                           {"curiosity", {.20f, .30f}, 0},
                                           {"desire", {.50f, .40f}, 0},
                                           {"disappointment", {-.60f, -.25f}, 2},
                                           {"disapproval", {-.50f, .25f}, 1},
                                           {"disgust", {-.70f, .50f}, 1},
                                           {"embarrassment", {-.50f, .30f}, 1},
                                           {"excitement", {.75f, .80f}, 0},
                                           {"fear", {-.70f, .75f}, 1},
                                           {"gratitude", {.70f, -.20f}, 3},
                                           {"grief", {-.80f, -.35f}, 2},
                                           {"joy", {.85f, .60f}, 0},
                                           {"love", {.85f, .20f}, 0},
                                           {"nervousness", {-.40f, .60f}, 1},
                                           {"optimism", {.60f, .25f}, 0},
                                           {"pride", {.60f, .40f}, 0},
                                           {"realization", {.10f, .05f}, kNoQuadrant},
                                           {"relief", {.60f, -.45f}, 3},
                                           {"remorse", {-.60f, -.30f}, 2},
                                           {"sadness", {-.80f, -.50f}, 2},
                                           {"surprise", {.30f, .70f}, 0},
                                           {"neutral", {.0f, -.10f}, kNoQuadrant}};

constexpr EmotionCategory kIsear[] = {{"joy", {.80f, .50f}, 0},      {"fear", {-.70f, .70f}, 1},
                                      {"anger", {-.70f, .70f}, 1},   {"sadness", {-.75f, -.45f}, 2},
                                      {"disgust", {-.65f, .40f}, 1}, {"shame", {-.60f, -.15f}, kNoQuadrant},
                                      {"guilt", {-.60f, -.25f}, 2}};

constexpr EmotionCategory kXed[] = {{"anger", {-.70f, .70f}, 1},
                                    {"anticipation", {.30f, .25f}, kNoQuadrant},
                                    {"disgust", {-.60f, .40f}, 1},
                                    {"fear", {-.70f, .70f}, 1},
                                    {"joy", {.80f, .50f}, 0},
                                    {"sadness", {-.75f, -.45f}, 2},
                                    {"surprise", {.20f, .60f}, kNoQuadrant},
                                    {"trust", {.50f, -.30f}, 3}};

float on_scale(float value, float zero, float unit) { return std::clamp((value - zero) / unit, -1.f, 1.f); }

}  // namespace

std::span<const EmotionCategory> goemotions_categories() { return kGoEmotions; }
std::span<const EmotionCategory> isear_categories() { return kIsear; }
std::span<const EmotionCategory> xed_categories() { return kXed; }

EmotionPoint EmotionScale::operator()(float valence, float arousal) const {
  return {on_scale(valence, valence_zero, valence_unit), on_scale(arousal, arousal_zero, arousal_unit)};
}

EmotionPoint tales_point(float valence, float arousal) {
  const float distance = std::hypot(valence - 0.469f, arousal - 0.184f);
  const float neutral = std::max(0.f, 1.f - distance / 0.4f);
  EmotionPoint point = kTalesScale(valence, arousal);
  point.arousal = std::min(1.f, point.arousal + 0.4f * neutral);  // neutral itself: -.63 becomes -.23
  return point;
}

EmotionPoint intensity_point(const EmotionCategory& category, float intensity) {
  const float share = std::clamp((intensity - 0.15f) / 0.65f, 0.f, 1.f);
  return {category.point.valence * share, category.point.arousal * share};
}

int quadrant_index(EmotionPoint point) {
  if (point.arousal >= 0) return point.valence >= 0 ? 0 : 1;
  return point.valence < 0 ? 2 : 3;
}

int clear_quadrant(EmotionPoint point, float margin) {
  const bool clear = std::abs(point.valence) >= margin && std::abs(point.arousal) >= margin / 2;
  return clear ? quadrant_index(point) : kNoQuadrant;
}

}  // namespace s2m
