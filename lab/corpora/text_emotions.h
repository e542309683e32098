// Training texts made from labelled corpora and from running text.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "lab/corpora/emotion_texts.h"

namespace s2m {

// What the emotion sets below `folder` give to read in training, `repeat` times over, one after the other.
std::vector<std::string> training_words(const std::filesystem::path& folder, int repeat);

// Stretches of so many sentences of a tale in place of single ones, with their mean emotion: what a passage
// is.
std::vector<EmotionText> tale_windows(const std::vector<EmotionText>& texts, int sentences);

// Passages of running text (a paragraph a line) in which at least two words of one quadrant's short list
// stand and none of the others': a weak label, but in the language of stories. At most `most` a quadrant,
// evenly over the file.
std::vector<EmotionText> narrative_seeds(const std::filesystem::path& text, std::size_t most);

}  // namespace s2m
