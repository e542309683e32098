// Which words carry the emotion of a text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "story2midi/reading/emotion_reader.h"

namespace s2m {

struct WordInfluence {
  std::string word;  // without punctuation at its ends
  // The text's valence and arousal, less those of the text without the word (occlusion; Zeiler, Fergus 2014).
  ValenceArousal change;
};

// Of every word of a text, in order; the text is read by itself, once for each word. Throws Error as
// EmotionReader::read does. Words beyond the first kMostInfluences are left out.
inline constexpr std::size_t kMostInfluences = 200;
std::vector<WordInfluence> word_influences(const EmotionReader& reader, std::string_view text);

// The `most` words with the largest changes of at least `least` on either axis, the largest first.
std::vector<WordInfluence> strongest(std::vector<WordInfluence> influences, std::size_t most, double least);

}  // namespace s2m
