// What words stand among in stories. Labelled texts hold few words, running text nearly all, and what a
// linear reader feels around a word says something of the word itself: a weight for each word and each of
// that reader's outputs, learned by guessing from a sentence what is said of the sentences around it
// (docs/emotion-scales.md).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "emotion/emotion.h"
#include "emotion/ngrams.h"
#include "nn/model_file.h"

namespace s2m {

// Words as words_and_marks gives them, each with its place.
class KnownWords {
 public:
  KnownWords() = default;
  explicit KnownWords(const std::vector<std::string>& words);

  // How often each stands in a text: the counts' words, with places for buckets.
  NgramCounts count(std::string_view text) const;
  std::size_t size() const { return places_.size(); }

 private:
  std::unordered_map<std::string, std::uint32_t> places_;
};

// All that a linear reader says (NgramReading::said).
inline constexpr std::size_t kSurroundingOutputs = kNgramOutputs;

struct SurroundingWeights {
  std::vector<std::string> words;  // none: nothing is guessed
  std::vector<float> rarity;       // words
  std::vector<float> weights;      // kSurroundingOutputs x words
};
// For a model file: its tensors, and the words for its metadata.
std::vector<NamedTensor> tensors_of(const SurroundingWeights& weights);
std::string lines_of(const SurroundingWeights& weights);
// Back from `lines` and tensors. Throws Error for a tensor that is missing or of another length.
SurroundingWeights surrounding_weights_of(const ModelFile& file, const std::string& lines);

// A file of its own, in int8, which costs nothing that can be measured. Throws Error.
void save_surroundings(const SurroundingWeights& weights, const std::filesystem::path& path);
SurroundingWeights load_surroundings(const std::filesystem::path& path);

// Const after construction: may be used from many threads.
class SurroundingWords {
 public:
  SurroundingWords() = default;  // knows no word
  explicit SurroundingWords(SurroundingWeights weights);

  // kSurroundingOutputs: what is guessed to stand around the text, in deviations of what stands around the
  // sentences of running text. Zeros where no word is known.
  std::vector<float> read(std::string_view text) const;

 private:
  SurroundingWeights weights_;
  KnownWords words_;
};

}  // namespace s2m
