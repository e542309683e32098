#include "story2midi/tokenizers/token_table.h"

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "story2midi/base/error.h"
#include "story2midi/tokenizers/pretokens.h"

namespace s2m {
namespace {

using Json = nlohmann::json;

std::string where(std::string_view name) { return "vocab.json: token \"" + std::string(name) + "\""; }

std::uint64_t hash_of(std::string_view bytes) { return std::hash<std::string_view>{}(bytes); }

// Takes tokens and ids as the parser comes by them: a tree of all of them would be most of the work. False
// ends the parsing.
class VocabularyParts : public nlohmann::json_sax<Json> {
 public:
  static constexpr std::uint64_t kNoId = UINT64_MAX;
  struct Token {
    std::size_t begin, size;  // of its text in bytes()
    std::uint64_t id;
  };

  const std::string& bytes() const { return bytes_; }
  const std::vector<Token>& tokens() const { return tokens_; }
  // A token's id as it is written.
  std::string written(const Token& token) const {
    return token.id == kNoId ? no_id_ : std::to_string(token.id);
  }

  bool key(string_t& name) override {
    const auto begin = bytes_.size();
    if (!append_from_byte_alphabet(bytes_, name) || bytes_.size() == begin)
      throw Error(where(name), "is no text in GPT-2's byte alphabet");
    tokens_.push_back({begin, bytes_.size() - begin, kNoId});
    return true;
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (in_object_) tokens_.back().id = value;
    return in_object_;
  }
  bool number_integer(number_integer_t value) override { return other(value); }
  bool number_float(number_float_t value, const string_t&) override { return other(value); }
  bool string(string_t& value) override { return other(value); }
  bool boolean(bool value) override { return other(value); }
  bool null() override { return other(nullptr); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return !std::exchange(in_object_, true); }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override { return false; }
  bool end_array() override { return false; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  // The first of them is the one that will be spoken of.
  bool other(const Json& value) {
    if (no_id_.empty()) no_id_ = value.dump();
    return in_object_;
  }

  bool in_object_ = false;
  std::string bytes_;
  std::vector<Token> tokens_;
  std::string no_id_;
};

}  // namespace

TokenTable::TokenTable(std::string_view vocab_json) {
  VocabularyParts parts;
  if (!Json::sax_parse(vocab_json.begin(), vocab_json.end(), &parts))
    throw Error("vocab.json", "not a vocabulary", "a JSON object of ids", {});
  bytes_ = parts.bytes();
  texts_.resize(parts.tokens().size());
  for (const auto& token : parts.tokens()) {
    const auto bytes = std::string_view(bytes_).substr(token.begin, token.size);
    const auto fail = [&](const std::string& what, const std::string& expected) {
      throw Error(where(to_byte_alphabet(bytes)), what, expected, parts.written(token));
    };
    if (token.id >= size()) fail("bad id", "an id from 0 to " + std::to_string(size() - 1));
    auto& text = texts_[token.id];
    if (!text.empty()) fail("id used twice", "an id of its own");
    text = bytes;
  }
  index();
}

void TokenTable::index() {
  ids_ = HashIndex(size());
  for (std::size_t id = 0; id < size(); ++id) {
    const auto same = [&](TokenId other) { return text(other) == texts_[id]; };
    if (!ids_.add(hash_of(texts_[id]), static_cast<TokenId>(id), same))
      throw Error(where(to_byte_alphabet(texts_[id])), "token listed twice");
  }
}

TokenId TokenTable::find(std::string_view bytes) const {
  return ids_.find(hash_of(bytes), [&](TokenId id) { return text(id) == bytes; });
}

}  // namespace s2m
