// Word vectors trained to predict the emotion of
// neighbouring sentences. They cover words that no
// labelled text contains (docs/research/emotion-
// scales.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/emotion/emotion.h"
#include "story2midi/emotion/ngram_outputs.h"
#include "story2midi/emotion/ngrams.h"
#include "story2midi/nn/model_file.h"

namespace s2m {

// Words as words_and_marks gives them, in the order of their bytes, each ended by a line's end.
class KnownWords {
 public:
  KnownWords() = default;
  explicit KnownWords(std::string lines);  // throws Error where they are in another order

  // How often each stands in a text: the counts' words, with places for buckets.
  NgramCounts count(std::string_view text) const;
  std::size_t size() const { return starts_.size(); }

 private:
  std::string_view word(std::uint32_t start) const;

  std::string lines_;
  std::vector<std::uint32_t> starts_;
};

// All that a linear reader says (NgramReading::said).
inline constexpr std::size_t kSurroundingOutputs = kNgramOutputs;

struct SurroundingWeights {
  std::string words;           // as KnownWords takes them; none: nothing is guessed
  std::vector<float> rarity;   // words
  std::vector<float> weights;  // words x kSurroundingOutputs
};
// For a model file, beside the words in its metadata.
std::vector<NamedTensor> tensors_of(const SurroundingWeights& weights);
// Back from both. Throws Error for a tensor that is missing or of another length.
SurroundingWeights surrounding_weights_of(const ModelFile& file, const std::string& words);

// A file of its own, in int8, which costs nothing that can be measured. Throws Error.
void save_surroundings(const SurroundingWeights& weights, const std::filesystem::path& path);
SurroundingWeights load_surroundings(const std::filesystem::path& path);

// Const after construction: may be used from many threads.
class SurroundingWords {
 public:
  SurroundingWords() = default;  // knows no word
  // Weights are read from the file's mapping as they are needed: few of them are. Throws Error for a tensor
  // that is missing, of another length or not in int8, and as KnownWords does.
  SurroundingWords(const ModelFile& file, const std::string& words);
  // Of save_surroundings.
  explicit SurroundingWords(const std::filesystem::path& path);

  // kSurroundingOutputs: what is guessed to stand around the text, in deviations of what stands around the
  // sentences of running text. Zeros where no word is known.
  std::vector<float> read(std::string_view text) const;

 private:
  KnownWords words_;
  std::vector<float> rarity_;
  std::optional<ModelFile> file_;
  Int8Rows weights_;
};

}  // namespace s2m
