// A linear reader of emotion: a weight for each word, pair of words and few letters in a row. It cannot read
// what a sentence says as a whole, but a penalty keeps it from learning small sets by heart, as the encoder
// does: so the two are read together (docs/emotion-scales.md).
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "emotion/emotion.h"
#include "nn/model_file.h"

namespace s2m {

// What such a reader says of a text, each from 0 to 1: valence and arousal on each of ReadingScale (0 for -1,
// 1 for 1), then the probabilities of GoEmotions' labels.
inline constexpr std::size_t kNgramLabels = 28;
inline constexpr std::size_t kNgramOutputs = 2 * kReadingScales + kNgramLabels;

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
};
// In int8, which costs nothing that can be measured. Throws Error.
void save_ngram_reader(const NgramWeights& weights, const std::filesystem::path& path);

// Const after construction: may be used from many threads.
class NgramReader {
 public:
  explicit NgramReader(const std::filesystem::path& file);  // throws Error naming what is not as it should be

  // The text's emotion on a scale. `features` are those of a word list (Lexicon::features).
  Emotion read(std::string_view text, std::span<const float> features, ReadingScale scale) const;
  const NgramShares& shares() const { return shares_; }

 private:
  ModelFile file_;
  std::uint32_t buckets_;
  std::vector<float> rarity_, features_, biases_;
  Int8Rows weights_;
  NgramShares shares_;
};

// What both read together: the mean by the linear reader's shares.
Emotion join(const Emotion& encoder, const Emotion& ngrams, const NgramShares& shares, ReadingScale scale);

}  // namespace s2m
