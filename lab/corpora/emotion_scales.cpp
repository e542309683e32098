#include "lab/corpora/emotion_scales.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "story2midi/emotion/labels.h"

namespace s2m {
namespace {

using enum Quadrant;
constexpr std::nullopt_t kNone = std::nullopt;

constexpr EmotionCategory kGoEmotions[] = {
    {"admiration", {.70, .25}, kQ1},     {"amusement", {.70, .50}, kQ1},
    {"anger", {-.70, .75}, kQ2},         {"annoyance", {-.50, .45}, kQ2},
    {"approval", {.40, -.15}, kQ4},      {"caring", {.50, -.30}, kQ4},
    {"confusion", {-.25, .30}, kQ2},     {"curiosity", {.20, .30}, kQ1},
    {"desire", {.50, .40}, kQ1},         {"disappointment", {-.60, -.25}, kQ3},
    {"disapproval", {-.50, .25}, kQ2},   {"disgust", {-.70, .50}, kQ2},
    {"embarrassment", {-.50, .30}, kQ2}, {"excitement", {.75, .80}, kQ1},
    {"fear", {-.70, .75}, kQ2},          {"gratitude", {.70, -.20}, kQ4},
    {"grief", {-.80, -.35}, kQ3},        {"joy", {.85, .60}, kQ1},
    {"love", {.85, .20}, kQ1},           {"nervousness", {-.40, .60}, kQ2},
    {"optimism", {.60, .25}, kQ1},       {"pride", {.60, .40}, kQ1},
    {"realization", {.10, .05}, kNone},  {"relief", {.60, -.45}, kQ4},
    {"remorse", {-.60, -.30}, kQ3},      {"sadness", {-.80, -.50}, kQ3},
    {"surprise", {.30, .70}, kQ1},       {"neutral", {.0, -.10}, kNone}};

constexpr EmotionCategory kIsear[] = {{"joy", {.80, .50}, kQ1},      {"fear", {-.70, .70}, kQ2},
                                      {"anger", {-.70, .70}, kQ2},   {"sadness", {-.75, -.45}, kQ3},
                                      {"disgust", {-.65, .40}, kQ2}, {"shame", {-.60, -.15}, kNone},
                                      {"guilt", {-.60, -.25}, kQ3}};

constexpr EmotionCategory kXed[] = {{"anger", {-.70, .70}, kQ2},     {"anticipation", {.30, .25}, kNone},
                                    {"disgust", {-.60, .40}, kQ2},   {"fear", {-.70, .70}, kQ2},
                                    {"joy", {.80, .50}, kQ1},        {"sadness", {-.75, -.45}, kQ3},
                                    {"surprise", {.20, .60}, kNone}, {"trust", {.50, -.30}, kQ4}};

constexpr bool names_the_labels() {
  for (std::size_t i = 0; i < kLabelCount; ++i)
    if (kGoEmotions[i].name != kLabelNames[i]) return false;
  return std::size(kGoEmotions) == kLabelCount;
}
static_assert(names_the_labels(), "the categories stand in the order of the labels");

double on_scale(double value, double zero, double unit) {
  return std::clamp((value - zero) / unit, -1.0, 1.0);
}

}  // namespace

std::span<const EmotionCategory> goemotions_categories() { return kGoEmotions; }
std::span<const EmotionCategory> isear_categories() { return kIsear; }
std::span<const EmotionCategory> xed_categories() { return kXed; }

ValenceArousal EmotionScale::operator()(ValenceArousal raw) const {
  return {on_scale(raw.valence, valence_zero, valence_unit),
          on_scale(raw.arousal, arousal_zero, arousal_unit)};
}

ValenceArousal tales_point(ValenceArousal raw) {
  const double distance = std::hypot(raw.valence - 0.469, raw.arousal - 0.184);
  const double neutral = std::max(0.0, 1 - distance / 0.4);
  ValenceArousal point = kTalesScale(raw);
  point.arousal = std::min(1.0, point.arousal + 0.4 * neutral);  // neutral itself: -.63 becomes -.23
  return point;
}

ValenceArousal intensity_point(const EmotionCategory& category, double intensity) {
  const double share = std::clamp((intensity - 0.15) / 0.65, 0.0, 1.0);
  return {category.point.valence * share, category.point.arousal * share};
}

std::optional<Quadrant> clear_quadrant(ValenceArousal point, double margin) {
  const bool clear = std::abs(point.valence) >= margin && std::abs(point.arousal) >= margin / 2;
  return clear ? std::optional(quadrant_of(point)) : std::nullopt;
}

}  // namespace s2m
