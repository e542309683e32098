// What stands around the sentences of running text: what a linear reader feels there. A word that often
// stands among what is felt strongly says something of it, though no labelled text holds that word.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "story2midi/base/progress.h"
#include "story2midi/emotion/lexicon.h"
#include "story2midi/emotion/ngram_reader.h"

namespace s2m::train {

// In the order of the text.
struct Sentences {
  std::vector<std::string> texts;
  std::vector<float> words;  // of each, at least one
  std::vector<float> said;   // texts x kNgramOutputs: NgramReading::said
};
// UTF-8 text, a paragraph a line; progress counts bytes. Throws Error.
Sentences read_sentences(const std::filesystem::path& text, const NgramReader& reader, const Lexicon& lexicon,
                         const Progress& progress = {});

// Of each sentence (rows x kNgramOutputs) the mean of what is said of its neighbours, itself left out: by
// their words, halved with each kSurroundingHalfWords between the middles. Each column is brought to mean
// zero and deviation one.
inline constexpr double kSurroundingHalfWords = 40;
std::vector<float> surroundings_of(const Sentences& sentences);

}  // namespace s2m::train
