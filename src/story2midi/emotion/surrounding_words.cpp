#include "story2midi/emotion/surrounding_words.h"

#include <algorithm>
#include <utility>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

constexpr const char* kKind = "surroundings";
constexpr const char* kRarity = "surroundings.rarity";
constexpr const char* kWeights = "surroundings.weights";
constexpr auto kOutputs = static_cast<std::int64_t>(kSurroundingOutputs);

std::int64_t count_of(const std::string& words) {
  return static_cast<std::int64_t>(std::ranges::count(words, '\n'));
}

}  // namespace

KnownWords::KnownWords(std::string lines) : lines_(std::move(lines)) {
  for (std::size_t start = 0, end; (end = lines_.find('\n', start)) != std::string::npos; start = end + 1)
    starts_.push_back(static_cast<std::uint32_t>(start));
  for (std::size_t place = 1; place < starts_.size(); ++place)
    if (word(starts_[place - 1]) >= word(starts_[place]))
      throw Error("surrounding words", "not in order", "each word once, in the order of their bytes",
                  std::string(word(starts_[place])));
}

std::string_view KnownWords::word(std::uint32_t start) const {
  return std::string_view(lines_).substr(start, lines_.find('\n', start) - start);
}

NgramCounts KnownWords::count(std::string_view text) const {
  std::vector<std::uint32_t> found;
  const auto before = [&](std::uint32_t start, std::string_view sought) { return word(start) < sought; };
  for (const auto& sought : words_and_marks(text)) {
    const auto at = std::lower_bound(starts_.begin(), starts_.end(), sought, before);
    if (at != starts_.end() && word(*at) == sought)
      found.push_back(static_cast<std::uint32_t>(at - starts_.begin()));
  }
  return {counted(std::move(found)), {}};
}

std::vector<NamedTensor> tensors_of(const SurroundingWeights& weights) {
  const std::int64_t words = count_of(weights.words);
  if (words == 0) return {};
  return {{kRarity, {1, words}, weights.rarity}, {kWeights, {words, kOutputs}, weights.weights}};
}

SurroundingWeights surrounding_weights_of(const ModelFile& file, const std::string& words) {
  const std::int64_t count = count_of(words);
  if (count == 0) return {};
  return {words, file.floats(kRarity, {1, count}), file.floats(kWeights, {count, kOutputs})};
}

void save_surroundings(const SurroundingWeights& weights, const std::filesystem::path& path) {
  save_model(path, {{"kind", kKind}, {kKind, weights.words}}, tensors_of(weights), DataType::kI8);
}

SurroundingWeights load_surroundings(const std::filesystem::path& path) {
  const ModelFile file(path);
  return surrounding_weights_of(file, file.metadata(kKind));
}

SurroundingWords::SurroundingWords(const ModelFile& file, const std::string& words) : words_(words) {
  if (words_.size() == 0) return;
  const auto count = static_cast<std::int64_t>(words_.size());
  rarity_ = file.floats(kRarity, {1, count});
  weights_ = file.int8_rows(kWeights, {count, kOutputs});
  file_ = file;
}

SurroundingWords::SurroundingWords(const std::filesystem::path& path) {
  const ModelFile file(path);
  *this = SurroundingWords(file, file.metadata(kKind));
}

std::vector<float> SurroundingWords::read(std::string_view text) const {
  std::vector<float> read(kSurroundingOutputs, 0);
  for (const auto& [place, value] : weigh_ngrams(words_.count(text), rarity_)) {
    const auto row = weights_.values.subspan(place * kSurroundingOutputs, kSurroundingOutputs);
    const float weight = value * weights_.scales[place];
    for (std::size_t k = 0; k < kSurroundingOutputs; ++k) read[k] += weight * static_cast<float>(row[k]);
  }
  return read;
}

}  // namespace s2m
