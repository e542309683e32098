// Batches for masked language modelling: running text with whole words masked, drawn anew for each epoch (Devlin et
// al. 2019; dynamic masking as in Liu et al. 2019). A batch is a pure function of (seed, number).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "story2midi/tokenizers/bpe.h"

namespace s2m::train {

struct MaskingOptions {
  int rows = 32;
  int length = 128;   // tokens a row: <s>, the text, </s>
  double rate = 0.2;  // of the words
  std::uint64_t seed = 1;
};

struct MaskedBatch {
  std::vector<std::int64_t> tokens;   // (rows, length)
  std::vector<std::int64_t> places;   // into `tokens`, ascending: where something is to be guessed
  std::vector<std::int64_t> targets;  // what stood there
};

class MaskedText {
 public:
  // `ids` must outlive this. Throws Error when they do not fill one row.
  MaskedText(std::span<const std::uint16_t> ids, const BytePairEncoder& encoder,
             const MaskingOptions& options);
  // Rows do not repeat until all of the text has been seen.
  MaskedBatch batch(std::int64_t number) const;
  std::int64_t rows_per_epoch() const { return chunks_; }
  const MaskingOptions& options() const { return options_; }

 private:
  std::int64_t chunk_of(std::int64_t row) const;
  void hide_words(MaskedBatch& batch, std::size_t start, std::uint64_t stream) const;

  std::span<const std::uint16_t> ids_;
  MaskingOptions options_;
  std::int64_t chunks_ = 0;
  TokenId mask_ = 0;
  std::vector<bool> begins_word_;  // by token
};

}  // namespace s2m::train
