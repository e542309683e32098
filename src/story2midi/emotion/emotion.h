// The emotion of texts: of one passage (Emotion) and along a story (EmotionCurve).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/emotion/valence_arousal.h"
#include "story2midi/stories/passages.h"

namespace s2m {

struct Emotion : ValenceArousal {
  // Probabilities of the 28 labels of emotion/labels.h, in their order; empty where they were not read.
  std::vector<double> labels;
  // Standard deviations of the errors of valence and arousal, calibrated on held-out texts; none: not known.
  std::optional<ValenceArousal> uncertainty = {};
  bool operator==(const Emotion&) const = default;
};

// The scale of valence and arousal: the common scale of all corpora, or that of one corpus's annotators
// (docs/research/emotion-scales.md). Values on EmoBank's scale may exceed -1 and 1. The order is that of the
// encoder's heads.
enum class ReadingScale : std::uint8_t { kCommon, kEmobank, kTales };
inline constexpr int kReadingScales = 3;

// One line: valence, arousal, quadrant, uncertainty and labels by their names.
std::string to_json(const Emotion& emotion);

struct CurvePoint {
  Passage passage;
  Emotion emotion;
  bool operator==(const CurvePoint&) const = default;
};

struct EmotionCurve {
  std::vector<CurvePoint> points;
  // Mean weighted by passage length in bytes; neutral for an empty curve.
  Emotion mean() const;
  bool operator==(const EmotionCurve&) const = default;
};

std::string to_json(const EmotionCurve& curve);
EmotionCurve curve_from_json(std::string_view json);  // throws Error naming the member

// The encoder's token states of a passage, which the decoder attends to.
struct StoryMemory {
  std::vector<float> states;  // rows x width
  int width = 0;
  int rows() const { return width == 0 ? 0 : static_cast<int>(states.size()) / width; }
};

}  // namespace s2m
