// The tokens of a vocabulary: their texts by id, and their ids by text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/tokenizers/hash_index.h"
#include "story2midi/tokenizers/token.h"

namespace s2m {

class TokenTable {
 public:
  static constexpr TokenId kNone = HashIndex::kNone;

  // From the text of vocab.json: {"token": id, ...}, tokens in GPT-2's byte alphabet, ids from 0 to size - 1.
  // Throws Error.
  explicit TokenTable(std::string_view vocab_json);
  TokenTable(const TokenTable&) = delete;  // texts_ looks into bytes_
  TokenTable& operator=(const TokenTable&) = delete;

  std::size_t size() const { return texts_.size(); }
  std::string_view text(TokenId id) const { return texts_[static_cast<std::size_t>(id)]; }  // in bytes
  TokenId find(std::string_view bytes) const;  // kNone where there is no such token

 private:
  void index();

  std::string bytes_;  // the texts, one behind the other
  std::vector<std::string_view> texts_;
  HashIndex ids_;
};

}  // namespace s2m
