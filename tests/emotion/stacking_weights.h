// Regressions and readers that say nothing, for a test to set what it looks at.
#pragma once

#include <cstdint>
#include <vector>

#include "story2midi/emotion/ngram_reader.h"
#include "story2midi/emotion/stacking.h"

namespace s2m {

inline StackedWeights silent_regression(std::size_t columns, std::size_t outputs) {
  return {std::vector<float>(columns),
          std::vector<float>(columns, 1),
          {},
          std::vector<float>(outputs * (columns + 1)),
          {}};
}

inline StackingWeights no_stacking() {
  return {silent_regression(kSingleColumns, 2), silent_regression(kSingleColumns, 2),
          silent_regression(kSingleColumns, kLabelCount), silent_regression(kStoryColumns, 2),
          silent_regression(kStoryColumns, 2)};
}

inline NgramWeights silent_reader(std::uint32_t buckets, const NgramShares& shares = {}) {
  return {buckets,
          std::vector<float>(buckets, 1),
          std::vector<float>(kNgramOutputs * buckets),
          std::vector<float>(kNgramOutputs * kLexiconFeatures),
          std::vector<float>(kNgramOutputs),
          shares,
          no_stacking()};
}

// The weight of a column of a regression without landmarks; that of all columns' number is the bias.
inline float& weight_of(StackedWeights& weights, std::size_t output, std::size_t column) {
  return weights.weights[output * (weights.means.size() + 1) + column];
}

}  // namespace s2m
