// Seven feelings that the 28 labels fall into, and how much of each a text has: where a story's themes and chords come
// from. docs/reference/planning.md holds the table.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "story2midi/emotion/emotion.h"

namespace s2m {

enum class Feeling : std::uint8_t { kJoy, kLove, kPride, kFear, kAnger, kSadness, kWonder };
inline constexpr int kFeelingCount = 7;

struct FeelingRow {
  std::string_view name;
  std::vector<std::string_view> labels;
  ValenceArousal centre;  // on the plane
  double usual, spread;   // mean and deviation of log(sum of the labels' probabilities) over stories
};
const FeelingRow& row_of(Feeling feeling);

// Of each feeling: deviations from what is usual, -2.5 to 2.5; all 0 without labels.
using FeelingScores = std::array<double, kFeelingCount>;
FeelingScores feeling_scores(const Emotion& emotion);

// The one that stands out: the highest score, less the squared distance from its centre on the plane.
Feeling feeling_of(const Emotion& emotion);

// Another feeling that the labels clearly show: .9 deviations above the usual or more.
std::optional<Feeling> second_feeling_of(const Emotion& emotion);

}  // namespace s2m
