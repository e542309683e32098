// A linear model of emotion over words, word pairs and character n-grams. Its predictions are
// averaged with the encoder's, because their errors are largely independent (docs/research/emotion-
// scales.md).
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/emotion/reader_features.h"
#include "story2midi/emotion/stacking.h"
#include "story2midi/nn/model_file.h"

namespace s2m {

// The share that it has beside the encoder.
struct NgramShares {
  std::array<double, kReadingScales> scales{};
  double labels = 0;
};

struct NgramWeights {
  std::uint32_t buckets = 0;
  std::vector<float> rarity;    // buckets
  std::vector<float> weights;   // kNgramOutputs x buckets
  std::vector<float> features;  // kNgramOutputs x kLexiconFeatures
  std::vector<float> biases;    // kNgramOutputs
  NgramShares shares;
  StackingWeights stacked;
  OwnLists lists = {};
  SurroundingWeights surroundings = {};
};
// In int8, which costs nothing that can be measured. Throws Error.
void save_ngram_reader(const NgramWeights& weights, const std::filesystem::path& path);

// What an output (of kNgramOutputs) says by its weighted sum: a level on a scale, a label's probability.
double said_by(std::size_t output, double sum);

// Const after construction: may be used from many threads.
class NgramReader {
 public:
  explicit NgramReader(ModelFile file);  // throws Error naming what is not as it should be
  explicit NgramReader(const std::filesystem::path& file) : NgramReader(ModelFile(file)) {}

  // `listed` are a word list's features (Lexicon::features).
  NgramReading read(std::string_view text, std::span<const float> listed) const;
  const NgramShares& shares() const { return shares_; }
  // What is stacked on such readings.
  const Stacking& stacked() const { return stacked_; }

 private:
  ModelFile file_;
  std::uint32_t buckets_;
  std::vector<float> rarity_, features_, biases_;
  Int8Rows weights_;
  NgramShares shares_;
  Stacking stacked_;
  OwnLists lists_;
  SurroundingWords surroundings_;
};

}  // namespace s2m
