#include "text/bpe.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <queue>
#include <unordered_map>

#include "base/error.h"
#include "base/files.h"
#include "text/pretokens.h"
#include "text/token_pair.h"

namespace s2m {
namespace {

constexpr std::string_view kVocabularyName = "vocab.json";
constexpr std::string_view kMergesName = "merges.txt";
constexpr std::array<std::string_view, 5> kSpecialTokens = {"<s>", "<pad>", "</s>", "<unk>", "<mask>"};

bool is_special(std::string_view token) {
  return std::find(kSpecialTokens.begin(), kSpecialTokens.end(), token) != kSpecialTokens.end();
}

struct Merge {
  std::int32_t rank = 0;
  TokenId result = 0;
};
using Merges = std::unordered_map<TokenPair, Merge, TokenPairHash>;

std::string line_of_merges(std::size_t line) {
  return std::string(kMergesName) + ": line " + std::to_string(line);
}

nlohmann::json parse_vocabulary(std::string_view text) {
  auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) throw Error(std::string(kVocabularyName), "not a vocabulary", "a JSON object", {});
  return json;
}

// Token texts in bytes, in order of their ids, which must be 0 to size - 1.
std::vector<std::string> read_vocabulary(std::string_view text) {
  const auto json = parse_vocabulary(text);
  std::vector<std::string> tokens(json.size());
  for (const auto& [name, value] : json.items()) {
    const std::string where = std::string(kVocabularyName) + ": token \"" + name + "\"";
    const auto bytes = from_byte_alphabet(name);
    if (!bytes || bytes->empty()) throw Error(where, "is no text in GPT-2's byte alphabet");
    const std::string range = "an id from 0 to " + std::to_string(json.size() - 1);
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() >= tokens.size())
      throw Error(where, "bad id", range, value.dump());
    auto& token = tokens[value.get<std::size_t>()];
    if (!token.empty()) throw Error(where, "id used twice", "an id of its own", value.dump());
    token = *bytes;
  }
  return tokens;
}

// A piece on its way from bytes to tokens: a linked list of symbols, and the merges possible in it by rank
// and place.
class MergingPiece {
 public:
  MergingPiece(std::string_view piece, const std::array<TokenId, 256>& byte_ids, const Merges& merges)
      : merges_(merges), symbols_(piece.size()) {
    for (std::size_t i = 0; i < piece.size(); ++i)
      symbols_[i] = {byte_ids[static_cast<unsigned char>(piece[i])], static_cast<int>(i) - 1,
                     static_cast<int>(i) + 1};
    for (std::size_t i = 0; i + 1 < piece.size(); ++i) offer(static_cast<int>(i));
  }

  // GPT-2's order: the pair of lowest rank, everywhere from left to right; then the next, new pairs included.
  void merge_all() {
    std::vector<int> changed;
    while (!candidates_.empty()) {
      const int rank = candidates_.top().rank;
      changed.clear();
      for (; !candidates_.empty() && candidates_.top().rank == rank; candidates_.pop())
        if (merge_at(candidates_.top())) changed.push_back(candidates_.top().at);
      for (const int at : changed) {
        if (symbols_[static_cast<std::size_t>(at)].id == kGone) continue;
        offer(symbols_[static_cast<std::size_t>(at)].previous);
        offer(at);
      }
    }
  }

  void append_to(std::vector<TokenId>& out) const {
    for (const auto& symbol : symbols_)
      if (symbol.id != kGone) out.push_back(symbol.id);
  }

 private:
  static constexpr TokenId kGone = -1;
  struct Symbol {
    TokenId id = kGone;
    int previous = -1;
    int next = 0;
  };
  struct Candidate {
    int rank;
    int at;
    bool operator>(const Candidate& other) const {
      return std::pair(rank, at) > std::pair(other.rank, other.at);
    }
  };

  const Merge* merge_of(int at) const {
    if (at < 0) return nullptr;
    const auto& left = symbols_[static_cast<std::size_t>(at)];
    if (left.id == kGone || left.next >= static_cast<int>(symbols_.size())) return nullptr;
    const auto found = merges_.find({left.id, symbols_[static_cast<std::size_t>(left.next)].id});
    return found == merges_.end() ? nullptr : &found->second;
  }

  void offer(int at) {
    if (const Merge* merge = merge_of(at)) candidates_.push({merge->rank, at});
  }

  bool merge_at(const Candidate& candidate) {
    const Merge* merge = merge_of(candidate.at);
    // An earlier merge may have taken a part of it.
    if (merge == nullptr || merge->rank != candidate.rank) return false;
    auto& left = symbols_[static_cast<std::size_t>(candidate.at)];
    auto& right = symbols_[static_cast<std::size_t>(left.next)];
    left.id = merge->result;
    left.next = right.next;
    right.id = kGone;
    if (left.next < static_cast<int>(symbols_.size()))
      symbols_[static_cast<std::size_t>(left.next)].previous = candidate.at;
    return true;
  }

  const Merges& merges_;
  std::vector<Symbol> symbols_;
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> candidates_;
};

}  // namespace

struct BytePairEncoder::Impl {
  std::vector<std::string> tokens;  // texts by id
  std::vector<bool> special;        // by id
  std::unordered_map<std::string_view, TokenId> ids;
  std::array<TokenId, 256> byte_ids{};
  std::vector<TokenPair> merge_list;  // by rank
  Merges merges;
  // Pieces that merge to one token: most of any text.
  std::unordered_map<std::string_view, TokenId> whole_pieces;

  void index_tokens();
  void read_merges(std::string_view text);
  void add_merge(std::string_view line, std::size_t line_number);
  void index_whole_pieces();
  TokenId token_id(std::string_view bytes, const std::string& where) const;
  void encode_piece(std::string_view piece, std::vector<TokenId>& out) const;
  void merge_piece(std::string_view piece, std::vector<TokenId>& out) const;
};

TokenId BytePairEncoder::Impl::token_id(std::string_view bytes, const std::string& where) const {
  const auto found = ids.find(bytes);
  if (found == ids.end()) throw Error(where, "no such token", {}, to_byte_alphabet(bytes));
  return found->second;
}

void BytePairEncoder::Impl::index_tokens() {
  special.resize(tokens.size());
  for (std::size_t id = 0; id < tokens.size(); ++id) {
    ids.emplace(tokens[id], static_cast<TokenId>(id));
    special[id] = is_special(tokens[id]);
  }
  const std::string where(kVocabularyName);
  for (const auto token : kSpecialTokens) token_id(token, where);
  for (std::size_t byte = 0; byte < 256; ++byte) {
    const char text = static_cast<char>(byte);
    byte_ids[byte] = token_id({&text, 1}, where);
  }
}

void BytePairEncoder::Impl::add_merge(std::string_view line, std::size_t line_number) {
  const std::string where = line_of_merges(line_number);
  const auto space = line.find(' ');
  if (space == std::string_view::npos) throw Error(where, "not a merge", "two tokens", std::string(line));
  const auto left = from_byte_alphabet(line.substr(0, space));
  const auto right = from_byte_alphabet(line.substr(space + 1));
  if (!left || !right) throw Error(where, "is no text in GPT-2's byte alphabet", {}, std::string(line));
  const TokenPair pair(token_id(*left, where), token_id(*right, where));
  const TokenId result = token_id(*left + *right, where);
  if (special[static_cast<std::size_t>(result)])
    throw Error(where, "makes a special token", {}, std::string(line));
  if (merges.try_emplace(pair, Merge{static_cast<std::int32_t>(merge_list.size()), result}).second)
    merge_list.push_back(pair);
}

void BytePairEncoder::Impl::read_merges(std::string_view text) {
  for (std::size_t line_number = 1; !text.empty(); ++line_number) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || (line_number == 1 && line.starts_with("#version"))) continue;
    add_merge(line, line_number);
  }
}

void BytePairEncoder::Impl::index_whole_pieces() {
  std::vector<TokenId> merged;
  for (std::size_t id = 0; id < tokens.size(); ++id) {
    merged.clear();
    merge_piece(tokens[id], merged);
    if (merged.size() == 1) whole_pieces.emplace(tokens[id], merged.front());
  }
}

void BytePairEncoder::Impl::encode_piece(std::string_view piece, std::vector<TokenId>& out) const {
  const auto found = whole_pieces.find(piece);
  if (found != whole_pieces.end())
    out.push_back(found->second);
  else
    merge_piece(piece, out);
}

void BytePairEncoder::Impl::merge_piece(std::string_view piece, std::vector<TokenId>& out) const {
  MergingPiece merging(piece, byte_ids, merges);
  merging.merge_all();
  merging.append_to(out);
}

BytePairEncoder::BytePairEncoder(std::string_view vocab_json, std::string_view merges_txt) {
  auto impl = std::make_shared<Impl>();
  impl->tokens = read_vocabulary(vocab_json);
  impl->index_tokens();
  impl->read_merges(merges_txt);
  impl->index_whole_pieces();
  impl_ = std::move(impl);
}

std::vector<TokenId> BytePairEncoder::encode(std::string_view utf8) const {
  std::vector<TokenId> out;
  for_each_pretoken(utf8, [&](std::string_view piece) { impl_->encode_piece(piece, out); });
  return out;
}

std::vector<TokenId> BytePairEncoder::encode_with_ends(std::string_view utf8) const {
  std::vector<TokenId> out = {id("<s>")};
  for_each_pretoken(utf8, [&](std::string_view piece) { impl_->encode_piece(piece, out); });
  out.push_back(id("</s>"));
  return out;
}

std::string BytePairEncoder::decode(const std::vector<TokenId>& ids) const {
  std::string text;
  for (const TokenId id : ids) {
    if (id < 0 || id >= size())
      throw Error("decode", "unknown token id", "0 to " + std::to_string(size() - 1), std::to_string(id));
    if (!impl_->special[static_cast<std::size_t>(id)]) text += impl_->tokens[static_cast<std::size_t>(id)];
  }
  return text;
}

int BytePairEncoder::size() const { return static_cast<int>(impl_->tokens.size()); }

TokenId BytePairEncoder::id(std::string_view token) const {
  return impl_->token_id(from_byte_alphabet(token).value_or(std::string(token)),
                         std::string(kVocabularyName));
}

bool BytePairEncoder::starts_word(TokenId id) const {
  return id >= 0 && id < size() && impl_->tokens[static_cast<std::size_t>(id)].starts_with(' ');
}

std::string BytePairEncoder::vocab_json() const {
  auto json = nlohmann::ordered_json::object();
  auto& members = json.get_ref<nlohmann::ordered_json::object_t&>();
  for (std::size_t id = 0; id < impl_->tokens.size(); ++id)
    members.emplace_back(to_byte_alphabet(impl_->tokens[id]), id);  // ids are unique: no look-up of the key
  return json.dump();
}

std::string BytePairEncoder::merges_txt() const {
  std::string text = "#version: 0.2\n";
  const auto name = [&](TokenId id) { return to_byte_alphabet(impl_->tokens[static_cast<std::size_t>(id)]); };
  for (const auto& [left, right] : impl_->merge_list) text += name(left) + ' ' + name(right) + '\n';
  return text;
}

BytePairEncoder read_vocabulary(const std::filesystem::path& folder) {
  const auto vocabulary = read_text(folder / kVocabularyName), merges = read_text(folder / kMergesName);
  return naming(folder.string(), [&] { return BytePairEncoder(vocabulary, merges); });
}

}  // namespace s2m
