#include "train/data/text_masking.h"

#include <fmt/format.h>

#include <numeric>

#include "story2midi/base/error.h"
#include "story2midi/base/random.h"
#include "story2midi/base/unicode.h"
#include "train/data/text_shard.h"

namespace s2m::train {
namespace {

constexpr std::uint64_t kOrderStream = 0x07de7;
constexpr std::uint64_t kMaskStream = 0x3a5c;
constexpr TokenId kFirstOrdinary = 4;  // after <s>, <pad>, </s>, <unk>

// A token goes on with a word when it starts with a letter and no space; punctuation stands for itself.
bool begins_word(const BytePairEncoder& encoder, TokenId id) {
  if (encoder.starts_word(id)) return true;
  const std::string text = encoder.decode({id});
  return text.empty() || char_class(code_point_at(text, 0).value) != CharClass::kLetter;
}

// A permutation of [0, count) that needs no table: four Feistel rounds on the next power of four, walked in
// cycles until the value falls into range (Black and Rogaway 2002).
std::uint64_t permuted(std::uint64_t value, std::uint64_t count, std::uint64_t key) {
  int half = 1;
  while ((std::uint64_t{1} << (2 * half)) < count) ++half;
  const std::uint64_t low = (std::uint64_t{1} << half) - 1;
  do {
    std::uint64_t left = value >> half, right = value & low;
    for (std::uint64_t round = 0; round < 4; ++round) {
      const std::uint64_t next = left ^ (random_bits(key, round, right) & low);
      left = right;
      right = next;
    }
    value = left << half | right;
  } while (value >= count);
  return value;
}

}  // namespace

MaskedText::MaskedText(std::span<const std::uint16_t> ids, const BytePairEncoder& encoder,
                       const MaskingOptions& options)
    : ids_(ids), options_(options), mask_(encoder.id("<mask>")) {
  chunks_ = static_cast<std::int64_t>(ids.size()) / (options.length - 2);
  if (chunks_ == 0)
    throw Error("text shard", "too short", fmt::format("{} ids", options.length), fmt::to_string(ids.size()));
  for (TokenId id = 0; id < encoder.size(); ++id) begins_word_.push_back(begins_word(encoder, id));
}

std::int64_t MaskedText::chunk_of(std::int64_t row) const {
  const auto epoch = static_cast<std::uint64_t>(row / chunks_);
  return static_cast<std::int64_t>(permuted(static_cast<std::uint64_t>(row % chunks_),
                                            static_cast<std::uint64_t>(chunks_),
                                            random_bits(options_.seed, kOrderStream, epoch)));
}

MaskedBatch MaskedText::batch(std::int64_t number) const {
  MaskedBatch batch;
  const auto text = static_cast<std::size_t>(options_.length - 2);
  for (int r = 0; r < options_.rows; ++r) {
    const std::int64_t row = number * options_.rows + r;
    const auto chunk = ids_.subspan(static_cast<std::size_t>(chunk_of(row)) * text, text);
    const std::size_t start = batch.tokens.size();
    batch.tokens.push_back(kTextStart);
    batch.tokens.insert(batch.tokens.end(), chunk.begin(), chunk.end());
    batch.tokens.push_back(kTextEnd);
    hide_words(batch, start, random_bits(options_.seed, kMaskStream, static_cast<std::uint64_t>(row)));
  }
  return batch;
}

// Of the hidden tokens 80 % become <mask>, 10 % another token, 10 % stay.
void MaskedText::hide_words(MaskedBatch& batch, std::size_t start, std::uint64_t stream) const {
  Random random(stream);
  bool hidden = false;
  for (std::size_t at = start + 1; at + 1 < batch.tokens.size(); ++at) {
    const auto id = static_cast<TokenId>(batch.tokens[at]);
    if (begins_word_[static_cast<std::size_t>(id)] || at == start + 1)
      hidden = random.uniform() < options_.rate;
    if (!hidden || id < kFirstOrdinary) continue;
    batch.places.push_back(static_cast<std::int64_t>(at));
    batch.targets.push_back(id);
    const double draw = random.uniform();
    if (draw < 0.8) {
      batch.tokens[at] = mask_;
    } else if (draw < 0.9) {
      const std::size_t ordinary = begins_word_.size() - kFirstOrdinary;
      batch.tokens[at] = kFirstOrdinary + static_cast<std::int64_t>(random.below(ordinary));
    }
  }
}

}  // namespace s2m::train
