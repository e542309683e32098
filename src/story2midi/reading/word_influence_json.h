// Emotions with the words that carry them, as JSON (docs/reference/json.md).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "story2midi/reading/word_influence.h"

namespace s2m {

// The JSON of an emotion, or of a curve, with a member "words" for each text: its words and their changes. `words` of a
// curve: one list a passage.
std::string to_json(const Emotion& emotion, std::span<const WordInfluence> words);
std::string to_json(const EmotionCurve& curve, std::span<const std::vector<WordInfluence>> words);

}  // namespace s2m
