// The 28 emotion labels of GoEmotions (Demszky et al. 2020), in the data set's order: the order of Emotion::labels.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace s2m {

inline constexpr std::size_t kLabelCount = 28;
inline constexpr std::array<std::string_view, kLabelCount> kLabelNames{
    "admiration", "amusement",   "anger",          "annoyance",   "approval", "caring",        "confusion",
    "curiosity",  "desire",      "disappointment", "disapproval", "disgust",  "embarrassment", "excitement",
    "fear",       "gratitude",   "grief",          "joy",         "love",     "nervousness",   "optimism",
    "pride",      "realization", "relief",         "remorse",     "sadness",  "surprise",      "neutral"};

struct LabelProbability {
  std::string_view name;
  double probability = 0;
};
// The `most` likeliest labels whose probability is at least `least`, the likeliest first. `labels` in the order of
// kLabelNames, or empty.
std::vector<LabelProbability> likeliest_labels(std::span<const double> labels, std::size_t most,
                                               double least);

}  // namespace s2m
