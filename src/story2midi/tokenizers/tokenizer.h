// The tokenizer of a text encoder: byte-level BPE (RoBERTa) or WordPiece (BERT, MPNet), as its files say.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "story2midi/tokenizers/bpe.h"
#include "story2midi/tokenizers/token.h"
#include "story2midi/tokenizers/word_piece.h"

namespace s2m {

// A value, cheap to copy; may be used from many threads.
class Tokenizer {
 public:
  Tokenizer(BytePairEncoder encoder);  // NOLINT(google-explicit-constructor): either is a tokenizer
  Tokenizer(WordPiece encoder);        // NOLINT(google-explicit-constructor)

  // Tokens with their bytes in the source, without the special tokens at both ends.
  std::vector<Token> tokens(std::string_view utf8) const;
  // Their ids alone; with_ends: with first() before and last() behind them.
  std::vector<TokenId> encode(std::string_view utf8) const;
  std::vector<TokenId> encode_with_ends(std::string_view utf8) const;

  int size() const;
  TokenId id(std::string_view token) const;  // throws Error when absent
  TokenId first() const { return first_; }
  TokenId last() const { return last_; }
  TokenId padding() const { return padding_; }
  TokenId mask() const { return mask_; }

  // The WordPiece that it is, or null.
  const WordPiece* word_piece() const { return std::get_if<WordPiece>(&encoder_); }

  // What a model file's metadata says of it: "vocab" and "merges", or "vocab" and "tokenizer".
  std::map<std::string, std::string> metadata() const;

 private:
  std::variant<BytePairEncoder, WordPiece> encoder_;
  TokenId first_ = 0, last_ = 0, padding_ = 0, mask_ = 0;
};

// From a model file's metadata; one without "tokenizer" holds byte-level BPE. Throws Error naming `where`.
Tokenizer tokenizer_of(const std::map<std::string, std::string>& metadata, const std::string& where);

// From a folder in Hugging Face's layout: vocab.json and merges.txt, or vocab.txt and, where it is there,
// tokenizer_config.json. Throws Error naming the file.
Tokenizer read_tokenizer(const std::filesystem::path& folder);

}  // namespace s2m
