#include "emotion/surrounding_words.h"

#include <sstream>
#include <utility>

namespace s2m {
namespace {

constexpr const char* kKind = "surroundings";
constexpr const char* kRarity = "surroundings.rarity";
constexpr const char* kWeights = "surroundings.weights";

std::vector<std::string> words_of_lines(const std::string& lines) {
  std::vector<std::string> words;
  std::istringstream in(lines);
  for (std::string word; std::getline(in, word);) words.push_back(word);
  return words;
}

}  // namespace

KnownWords::KnownWords(const std::vector<std::string>& words) {
  for (const auto& word : words) places_.emplace(word, static_cast<std::uint32_t>(places_.size()));
}

NgramCounts KnownWords::count(std::string_view text) const {
  std::vector<std::uint32_t> found;
  for (const auto& word : words_and_marks(text))
    if (const auto place = places_.find(word); place != places_.end()) found.push_back(place->second);
  return {counted(std::move(found)), {}};
}

std::vector<NamedTensor> tensors_of(const SurroundingWeights& weights) {
  if (weights.words.empty()) return {};
  const auto words = static_cast<std::int64_t>(weights.words.size());
  return {{kRarity, {1, words}, weights.rarity},
          {kWeights, {static_cast<std::int64_t>(kSurroundingOutputs), words}, weights.weights}};
}

std::string lines_of(const SurroundingWeights& weights) {
  std::string lines;
  for (const auto& word : weights.words) lines += word + '\n';
  return lines;
}

SurroundingWeights surrounding_weights_of(const ModelFile& file, const std::string& lines) {
  SurroundingWeights weights{words_of_lines(lines), {}, {}};
  if (weights.words.empty()) return weights;
  const auto words = static_cast<std::int64_t>(weights.words.size());
  weights.rarity = file.floats(kRarity, {1, words});
  weights.weights = file.floats(kWeights, {static_cast<std::int64_t>(kSurroundingOutputs), words});
  return weights;
}

void save_surroundings(const SurroundingWeights& weights, const std::filesystem::path& path) {
  save_model(path, {{"kind", kKind}, {kKind, lines_of(weights)}}, tensors_of(weights), DataType::kI8);
}

SurroundingWeights load_surroundings(const std::filesystem::path& path) {
  const ModelFile file(path);
  return surrounding_weights_of(file, file.metadata(kKind));
}

SurroundingWords::SurroundingWords(SurroundingWeights weights)
    : weights_(std::move(weights)), words_(weights_.words) {
  weights_.words = {};  // words_ has them
}

std::vector<float> SurroundingWords::read(std::string_view text) const {
  std::vector<float> read(kSurroundingOutputs, 0);
  for (const auto& [place, value] : weigh_ngrams(words_.count(text), weights_.rarity))
    for (std::size_t k = 0; k < kSurroundingOutputs; ++k)
      read[k] += value * weights_.weights[k * words_.size() + place];
  return read;
}

}  // namespace s2m
