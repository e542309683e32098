// A WordPiece vocabulary cut to what English prose needs.
#pragma once

#include <memory>
#include <vector>

#include "story2midi/tokenizers/tokenizer.h"
#include "train/encoder/encoder_files.h"

namespace s2m::train {

struct CutVocabulary {
  Tokenizer tokenizer;
  std::vector<std::int64_t> kept;  // old ids, in the order of the new ones
};

// Without BERT's "[unused...]" entries and without pieces that hold a character other than Latin letters, digits, marks
// and symbols. The special tokens stay. Text of the characters that remain is cut into the same pieces as before. Throws
// Error for a tokenizer other than WordPiece.
CutVocabulary english_vocabulary(const Tokenizer& tokenizer);

// The encoder with that vocabulary: the word embeddings' other rows are dropped.
TrainedEncoder with_english_vocabulary(const TrainedEncoder& encoder);

}  // namespace s2m::train
