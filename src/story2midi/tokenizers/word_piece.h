// WordPiece (Schuster and Nakajima 2012; Wu et al. 2016) as BERT and MPNet use it: each word is cut greedily
// into the longest pieces that the vocabulary has; pieces inside a word begin with "##".
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/tokenizers/bert_words.h"
#include "story2midi/tokenizers/token.h"

namespace s2m {

struct WordPieceOptions {
  BertTextOptions text;
  std::string unknown = "[UNK]", first = "[CLS]", last = "[SEP]", padding = "[PAD]", mask = "[MASK]";
  bool operator==(const WordPieceOptions&) const = default;
};

class WordPiece {
 public:
  // From the text of vocab.txt: a token a line, the line's number its id. Throws Error for a token listed
  // twice, and for special tokens that are missing.
  WordPiece(std::string_view vocab_txt, const WordPieceOptions& options);

  // Without the first and last special tokens. A word that cannot be cut so, or longer than a hundred
  // characters, is one `unknown`. Special tokens are never read out of a text.
  std::vector<Token> tokens(std::string_view utf8) const;

  int size() const;
  TokenId id(std::string_view token) const;  // throws Error when absent
  const WordPieceOptions& options() const;
  std::string vocab_txt() const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

}  // namespace s2m
