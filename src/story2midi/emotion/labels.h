// The 28 emotion labels of GoEmotions (Demszky et al. 2020), in the data set's order: the order of Emotion::labels.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace s2m {

inline constexpr std::size_t kLabelCount = 28;
inline constexpr std::array<std::string_view, kLabelCount> kLabelNames{
    "admiration", "amusement",   "anger",          "annoyance",   "approval", "caring",        "confusion",
    "curiosity",  "desire",      "disappointment", "disapproval", "disgust",  "embarrassment", "excitement",
    "fear",       "gratitude",   "grief",          "joy",         "love",     "nervousness",   "optimism",
    "pride",      "realization", "relief",         "remorse",     "sadness",  "surprise",      "neutral"};

}  // namespace s2m
