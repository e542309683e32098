// Regressions that say nothing, for a test to set what it looks at.
#pragma once

#include "emotion/stacking.h"

namespace s2m {

inline StackedRegressions no_stacking() {
  const auto zeros = [](std::size_t columns) {
    return StackedWeights{std::vector<float>(columns + 1), std::vector<float>(columns + 1)};
  };
  return {zeros(kSingleColumns), zeros(kStoryColumns), zeros(kStoryColumns)};
}

}  // namespace s2m
