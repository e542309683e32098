// Training texts made from labelled corpora and from running text.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "lab/corpora/emotion_texts.h"

namespace s2m {

// Stretches of so many sentences of a tale in place of single ones, with their mean emotion: what a passage
// is.
std::vector<EmotionText> tale_windows(const std::vector<EmotionText>& texts, int sentences);

}  // namespace s2m
