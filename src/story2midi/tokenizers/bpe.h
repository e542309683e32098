// Byte-level byte-pair encoding with GPT-2's splitting rule (Radford et al. 2019), as RoBERTa uses it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/tokenizers/token.h"

namespace s2m {

class BytePairEncoder {
 public:
  // From the texts of RoBERTa's vocab.json and merges.txt. Throws Error.
  BytePairEncoder(std::string_view vocab_json, std::string_view merges_txt);

  // Ids without the surrounding <s> and </s>.
  std::vector<TokenId> encode(std::string_view utf8) const;
  // The same with their bytes in the text.
  std::vector<Token> tokens(std::string_view utf8) const;
  // <s> ids </s>.
  std::vector<TokenId> encode_with_ends(std::string_view utf8) const;
  std::string decode(const std::vector<TokenId>& ids) const;

  int size() const;
  TokenId id(std::string_view token) const;  // e.g. "<mask>"; throws Error when absent
  // True when the token begins a word (its text starts with a space): what whole-word masking groups by.
  bool starts_word(TokenId id) const;

  std::string vocab_json() const;
  std::string merges_txt() const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

// From a folder's vocab.json and merges.txt. Throws Error naming the folder.
BytePairEncoder read_vocabulary(const std::filesystem::path& folder);

// Learns merges from lines of UTF-8 until `vocabulary_size` tokens (<s> 0, <pad> 1, </s> 2, <unk> 3, bytes,
// merges, <mask> last). `next_line` returns false at the end.
BytePairEncoder train_bpe(const std::function<bool(std::string& line)>& next_line, int vocabulary_size);

}  // namespace s2m
