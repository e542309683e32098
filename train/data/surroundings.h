// Training data of the surrounding words: the emotion that the linear reader predicts for the neighbours of each
// sentence of running text.
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
