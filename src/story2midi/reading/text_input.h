// What an encoder reads of a text: its tokens, and beside them what a word list says of it.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "story2midi/emotion/lexicon.h"
#include "story2midi/nn/model_file.h"
#include "story2midi/tokenizers/tokenizer.h"

namespace s2m {

struct TextInput {
  Tokenizer vocabulary;
  std::shared_ptr<const Lexicon> lexicon = {};  // none: the encoder reads no features

  // Lexicon::features; empty without a lexicon.
  std::vector<float> features(std::string_view text) const;
};

// From what an encoder's file holds beside its weights: its tokenizer and, where its configuration has
// features, the word list. Throws Error.
TextInput text_input_of(const ModelFile& file);

}  // namespace s2m
