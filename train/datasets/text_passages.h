// The pool of passages that music is paired with: texts that clearly have a quadrant, with their valence and
// arousal, as JSON lines {text, valence, arousal, quadrant (1 to 4), split ("train", "valid", "test"),
// source}.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "train/datasets/text_emotions.h"

namespace s2m::train {

// Of labelled sets: GoEmotions' rows of one quadrant, EmoBank, XED and ISEAR, and stretches of three
// sentences of tales.
std::vector<EmotionText> labelled_passages(const std::vector<EmotionText>& texts);

// Paragraphs of a story for a judge to read: `count` of 120 to 600 bytes, evenly over the file. Blocks of 500
// paragraphs stay on one side of the split, and every twentieth is held out.
std::vector<EmotionText> narrative_candidates(const std::filesystem::path& text, std::size_t count);

// Keeps of each quadrant the `most` texts whose point lies farthest out on its lesser axis.
std::vector<EmotionText> most_certain(std::vector<EmotionText> texts, std::size_t most);

void write_passages(const std::vector<EmotionText>& passages, const std::filesystem::path& path);

}  // namespace s2m::train
