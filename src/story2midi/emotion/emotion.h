// What a text makes one feel: valence and arousal of its passages (Russell's circumplex, 1980).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/stories/passages.h"

namespace s2m {

struct Emotion {
  double valence = 0;  // -1 unpleasant to 1 pleasant
  double arousal = 0;  // -1 calm to 1 excited
  std::vector<double>
      labels;  // probabilities of the 28 GoEmotions labels, in their order; empty when not read
  bool operator==(const Emotion&) const = default;
};

// Whose valence and arousal: the common scale of all sets, or as the readers of one set gave them
// (docs/research/emotion-scales.md); on EmoBank's some go beyond -1 and 1. The order is that of the encoder's heads.
enum class ReadingScale : std::uint8_t { kCommon, kEmobank, kTales };
inline constexpr int kReadingScales = 3;

// What a linear reader says of a text: valence and arousal from -1 to 1 on each of ReadingScale, then the
// probabilities of GoEmotions' labels. An encoder of all scales says the same in the same order.
inline constexpr std::size_t kNgramLabels = 28;
inline constexpr std::size_t kNgramOutputs = 2 * kReadingScales + kNgramLabels;

// Q1 pleasant excited, Q2 unpleasant excited, Q3 unpleasant calm, Q4 pleasant calm: 1 to 4. Zero counts as
// positive.
int quadrant_of(const Emotion& emotion);

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

// The encoder's token states of a passage: what the decoder hears of the story.
struct StoryMemory {
  std::vector<float> states;  // rows x width
  int width = 0;
  int rows() const { return width == 0 ? 0 : static_cast<int>(states.size()) / width; }
};

}  // namespace s2m
