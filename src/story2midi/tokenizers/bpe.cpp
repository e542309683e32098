#include "story2midi/tokenizers/bpe.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <nlohmann/json.hpp>
#include <queue>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/tokenizers/hash_index.h"
#include "story2midi/tokenizers/pretokens.h"
#include "story2midi/tokenizers/token_pair.h"
#include "story2midi/tokenizers/token_table.h"

namespace s2m {
namespace {

constexpr std::string_view kVocabularyName = "vocab.json";
constexpr std::string_view kMergesName = "merges.txt";
constexpr std::array<std::string_view, 5> kSpecialTokens = {"<s>", "<pad>", "</s>", "<unk>", "<mask>"};

std::string line_of_merges(std::size_t line) {
  return std::string(kMergesName) + ": line " + std::to_string(line);
}

struct Merge {
  TokenPair pair;
  TokenId result;
};

// Merges by rank, and the ranks by pair.
class Merges {
  auto is(const TokenPair& pair) const {
    return [&](std::int32_t rank) { return by_rank_[static_cast<std::size_t>(rank)].pair == pair; };
  }

 public:
  static constexpr std::int32_t kNone = HashIndex::kNone;

  Merges() = default;
  explicit Merges(std::size_t most) : ranks_(most) { by_rank_.reserve(most); }

  // A pair that is known keeps its rank.
  void add(const Merge& merge) {
    const auto rank = static_cast<std::int32_t>(by_rank_.size());
    if (ranks_.add(TokenPairHash{}(merge.pair), rank, is(merge.pair))) by_rank_.push_back(merge);
  }
  std::int32_t rank(const TokenPair& pair) const { return ranks_.find(TokenPairHash{}(pair), is(pair)); }
  TokenId result(std::int32_t rank) const { return by_rank_[static_cast<std::size_t>(rank)].result; }
  const std::vector<Merge>& by_rank() const { return by_rank_; }

 private:
  std::vector<Merge> by_rank_;
  HashIndex ranks_;
};

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

  // Of the symbol there and the next.
  std::int32_t rank_at(int at) const {
    if (at < 0) return Merges::kNone;
    const auto& left = symbols_[static_cast<std::size_t>(at)];
    if (left.id == kGone || left.next >= static_cast<int>(symbols_.size())) return Merges::kNone;
    return merges_.rank({left.id, symbols_[static_cast<std::size_t>(left.next)].id});
  }

  void offer(int at) {
    const auto rank = rank_at(at);
    if (rank != Merges::kNone) candidates_.push({rank, at});
  }

  bool merge_at(const Candidate& candidate) {
    // An earlier merge may have taken a part of it.
    if (rank_at(candidate.at) != candidate.rank) return false;
    auto& left = symbols_[static_cast<std::size_t>(candidate.at)];
    auto& right = symbols_[static_cast<std::size_t>(left.next)];
    left.id = merges_.result(candidate.rank);
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
  Impl(std::string_view vocab_json, std::string_view merges_txt) : tokens(vocab_json), forms(tokens.size()) {
    check_tokens();
    read_merges(merges_txt);
  }

  TokenTable tokens;
  std::vector<bool> special;  // by id
  std::array<TokenId, 256> byte_ids{};
  Merges merges;
  // What a token's text merges to: that token, as most pieces of any text do, or others. Found out when a
  // text has it first; several threads may, and find the same.
  enum class Form : std::uint8_t { kUnknown, kWhole, kParts };
  mutable std::vector<std::atomic<Form>> forms;  // by id

  void check_tokens();
  void read_merges(std::string_view text);
  void add_merge(std::string_view line, std::size_t line_number, std::string& bytes);
  TokenId token_id(std::string_view bytes) const;
  bool is_whole(TokenId id) const;
  void encode_piece(std::string_view piece, std::vector<TokenId>& out) const;
  void merge_piece(std::string_view piece, std::vector<TokenId>& out) const;
};

TokenId BytePairEncoder::Impl::token_id(std::string_view bytes) const {
  const TokenId id = tokens.find(bytes);
  if (id == TokenTable::kNone)
    throw Error(std::string(kVocabularyName), "no such token", {}, to_byte_alphabet(bytes));
  return id;
}

void BytePairEncoder::Impl::check_tokens() {
  special.resize(tokens.size());
  for (const auto token : kSpecialTokens) special[static_cast<std::size_t>(token_id(token))] = true;
  for (std::size_t byte = 0; byte < 256; ++byte) {
    const char text = static_cast<char>(byte);
    byte_ids[byte] = token_id({&text, 1});
  }
}

// `bytes`: memory for its text.
void BytePairEncoder::Impl::add_merge(std::string_view line, std::size_t line_number, std::string& bytes) {
  const auto fail = [&](const std::string& what, const std::string& expected, std::string_view actual) {
    throw Error(line_of_merges(line_number), what, expected, std::string(actual));
  };
  const auto space = line.find(' ');
  if (space == std::string_view::npos) fail("not a merge", "two tokens", line);
  bytes.clear();
  const bool left_good = append_from_byte_alphabet(bytes, line.substr(0, space));
  const auto left_size = bytes.size();
  if (!left_good || !append_from_byte_alphabet(bytes, line.substr(space + 1)))
    fail("is no text in GPT-2's byte alphabet", {}, line);
  const auto token = [&](std::string_view text) {
    const TokenId id = tokens.find(text);
    if (id == TokenTable::kNone) fail("no such token", {}, to_byte_alphabet(text));
    return id;
  };
  const std::string_view both = bytes;
  const TokenPair pair(token(both.substr(0, left_size)), token(both.substr(left_size)));
  const TokenId result = token(both);
  if (special[static_cast<std::size_t>(result)]) fail("makes a special token", {}, line);
  merges.add({pair, result});
}

void BytePairEncoder::Impl::read_merges(std::string_view text) {
  merges = Merges(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1);
  std::string bytes;
  for (std::size_t line_number = 1; !text.empty(); ++line_number) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || (line_number == 1 && line.starts_with("#version"))) continue;
    add_merge(line, line_number, bytes);
  }
}

bool BytePairEncoder::Impl::is_whole(TokenId id) const {
  auto& form = forms[static_cast<std::size_t>(id)];
  if (form.load(std::memory_order_relaxed) == Form::kUnknown) {
    std::vector<TokenId> merged;
    merge_piece(tokens.text(id), merged);
    form.store(merged.size() == 1 ? Form::kWhole : Form::kParts, std::memory_order_relaxed);
  }
  return form.load(std::memory_order_relaxed) == Form::kWhole;
}

void BytePairEncoder::Impl::encode_piece(std::string_view piece, std::vector<TokenId>& out) const {
  const TokenId id = tokens.find(piece);
  if (id != TokenTable::kNone && is_whole(id))
    out.push_back(id);
  else
    merge_piece(piece, out);
}

void BytePairEncoder::Impl::merge_piece(std::string_view piece, std::vector<TokenId>& out) const {
  MergingPiece merging(piece, byte_ids, merges);
  merging.merge_all();
  merging.append_to(out);
}

BytePairEncoder::BytePairEncoder(std::string_view vocab_json, std::string_view merges_txt)
    : impl_(std::make_shared<const Impl>(vocab_json, merges_txt)) {}

std::vector<TokenId> BytePairEncoder::encode(std::string_view utf8) const {
  std::vector<TokenId> out;
  for_each_pretoken(utf8, [&](std::string_view piece) { impl_->encode_piece(piece, out); });
  return out;
}

std::vector<Token> BytePairEncoder::tokens(std::string_view utf8) const {
  std::vector<Token> out;
  std::size_t at = 0;
  for (const TokenId id : encode(utf8)) {
    const std::size_t begin = at;
    at += impl_->tokens.text(id).size();  // together the tokens are the text
    out.push_back({id, begin, at});
  }
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
    if (!impl_->special[static_cast<std::size_t>(id)]) text += impl_->tokens.text(id);
  }
  return text;
}

int BytePairEncoder::size() const { return static_cast<int>(impl_->tokens.size()); }

TokenId BytePairEncoder::id(std::string_view token) const {
  return impl_->token_id(from_byte_alphabet(token).value_or(std::string(token)));
}

bool BytePairEncoder::starts_word(TokenId id) const {
  return id >= 0 && id < size() && impl_->tokens.text(id).starts_with(' ');
}

std::string BytePairEncoder::vocab_json() const {
  auto json = nlohmann::ordered_json::object();
  auto& members = json.get_ref<nlohmann::ordered_json::object_t&>();
  for (TokenId id = 0; id < size(); ++id)
    members.emplace_back(to_byte_alphabet(impl_->tokens.text(id)),
                         id);  // ids are unique: no look-up of the key
  return json.dump();
}

std::string BytePairEncoder::merges_txt() const {
  std::string text = "#version: 0.2\n";
  const auto name = [&](TokenId id) { return to_byte_alphabet(impl_->tokens.text(id)); };
  for (const auto& [pair, result] : impl_->merges.by_rank())
    text += name(pair.first) + ' ' + name(pair.second) + '\n';
  return text;
}

BytePairEncoder read_vocabulary(const std::filesystem::path& folder) {
  const auto vocabulary = read_text(folder / kVocabularyName), merges = read_text(folder / kMergesName);
  return naming(folder.string(), [&] { return BytePairEncoder(vocabulary, merges); });
}

}  // namespace s2m
