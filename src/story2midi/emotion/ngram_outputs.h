// The outputs of the linear n-gram reader: valence and arousal from -1 to 1 on each ReadingScale, then the
// probabilities of the labels. The encoder's outputs are brought into the same order.
#pragma once

#include "story2midi/emotion/emotion.h"
#include "story2midi/emotion/labels.h"

namespace s2m {

inline constexpr std::size_t kNgramOutputs = 2 * kReadingScales + kLabelCount;

}  // namespace s2m
