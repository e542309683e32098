// Stacked regressions (Breiman 1996): valence, arousal and labels from the outputs of the linear reader, the word
// lists and the surrounding words. Emotion labels help predict valence and arousal, and neighbouring passages help
// read the one between them.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "story2midi/emotion/context.h"
#include "story2midi/emotion/reader_features.h"
#include "story2midi/emotion/stacked_regression.h"
#include "story2midi/nn/model_file.h"

namespace s2m {

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

// The weights of each regression; those of levels have two outputs, valence and arousal.
struct StackingWeights {
  StackedWeights common;   // a text by itself, on the common scale
  StackedWeights emobank;  // the same on EmoBank's scale
  StackedWeights labels;   // the labels of a text by itself
  StackedWeights tales;    // a story's passages, on the tales' scale
  StackedWeights stories;  // the same on the common scale
};
std::vector<NamedTensor> tensors_of(const StackingWeights& weights);

// Const after construction: may be used from many threads.
class Stacking {
 public:
  Stacking() = default;
  explicit Stacking(const ModelFile& file);  // throws Error as StackedRegression does

  // Of a text by itself. On EmoBank's scale beyond -1 and 1 where a text is felt more than most, which a cut
  // there would make alike. Nothing on the tales' scale, which only knows stories.
  std::optional<ValenceArousal> read(const NgramReading& reading, ReadingScale scale) const;
  std::vector<double> read_labels(const NgramReading& reading) const;  // kLabelCount probabilities
  // From -1 to 1; empty on EmoBank's scale, which knows no stories.
  std::vector<ValenceArousal> read_story(std::span<const double> words,
                                         std::span<const NgramReading> readings, ReadingScale scale) const;

 private:
  StackedRegression common_, emobank_, labels_, tales_, stories_;
};

}  // namespace s2m
