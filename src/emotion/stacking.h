// Regressions stacked on the linear reader's own (Breiman 1996): valence and arousal by a weighted sum of all
// that it, the word list and the surrounding words say of a passage and of what stands around it. What names
// an emotion helps to grade it, and what comes before and after helps to read what stands between.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "emotion/context.h"
#include "emotion/lexicon.h"
#include "emotion/surrounding_words.h"
#include "nn/model_file.h"

namespace s2m {

// Beside what a linear reader says: the word list's features, then what is guessed to stand around the text
// (emotion/surrounding_words.h).
inline constexpr std::size_t kReaderFeatures = kLexiconFeatures + kSurroundingOutputs;

// All that is stacked on, of one text.
struct NgramReading {
  std::vector<double> said;      // kNgramOutputs
  std::vector<double> features;  // kReaderFeatures
};

// What the regressions read, a row a text. Of a text by itself: what was said and the features
// (kSingleColumns). Of a story's passages, `words` long and in order: the same, its means in two widths of
// context, and where in the story the passage stands (kStoryColumns).
inline constexpr std::size_t kSingleColumns = kNgramOutputs + kReaderFeatures;
inline constexpr std::array kStoryHalfWords{10.0, 40.0};
inline constexpr std::size_t kPlaceColumns = 2;
inline constexpr std::size_t kStoryColumns = kSingleColumns * (1 + kStoryHalfWords.size()) + kPlaceColumns;
std::vector<double> single_row(const NgramReading& reading);
PassageRows story_rows(std::span<const double> words, std::span<const NgramReading> readings);

struct Levels {
  double valence = 0, arousal = 0;
};

// One regression for each axis: a weight for each column, and the bias last.
struct StackedWeights {
  std::vector<float> valence, arousal;
};

struct StackedRegressions {
  StackedWeights emobank;  // a text by itself, on EmoBank's scale
  StackedWeights tales;    // a story's passages, on the tales' scale
  StackedWeights story;    // the same on the common scale

  // On EmoBank's scale beyond -1 and 1 where a text is felt more than most, which a cut there would make
  // alike. Nothing where no regression was stacked on that scale.
  std::optional<Levels> read(const NgramReading& reading, ReadingScale scale) const;
  // From -1 to 1; empty likewise.
  std::vector<Levels> read_story(std::span<const double> words, std::span<const NgramReading> readings,
                                 ReadingScale scale) const;
};

// As tensors of a model file; throws Error for one that is missing or of another length.
std::vector<NamedTensor> tensors_of(const StackedRegressions& regressions);
StackedRegressions stacked_regressions_of(const ModelFile& file);

}  // namespace s2m
