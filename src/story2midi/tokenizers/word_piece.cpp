#include "story2midi/tokenizers/word_piece.h"

#include <algorithm>
#include <functional>

#include "story2midi/base/error.h"
#include "story2midi/tokenizers/hash_index.h"

namespace s2m {
namespace {

constexpr std::string_view kInside = "##";
constexpr std::size_t kMostCharacters = 100;  // of a word, as in BERT's own code

std::uint64_t hash_of(std::string_view text) { return std::hash<std::string_view>{}(text); }

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
  }
  return lines;
}

}  // namespace

struct WordPiece::Impl {
  Impl(std::string_view vocab_txt, const WordPieceOptions& options);
  Impl(const Impl&) = delete;  // `texts` looks into `vocabulary`
  Impl& operator=(const Impl&) = delete;

  TokenId find(std::string_view text) const {
    return starts.find(hash_of(text),
                       [&](TokenId id) { return texts[static_cast<std::size_t>(id)] == text; });
  }
  TokenId find_inside(std::string_view text) const {
    return insides.find(hash_of(text), [&](TokenId id) {
      return texts[static_cast<std::size_t>(id)].substr(kInside.size()) == text;
    });
  }
  void append_pieces(const BertWord& word, std::vector<Token>& out) const;
  std::size_t append_longest(const BertWord& word, std::size_t from, std::vector<Token>& out) const;

  std::string vocabulary;
  std::vector<std::string_view> texts;  // by id
  WordPieceOptions options;
  HashIndex starts, insides;  // ids by their texts; insides without "##"
  std::size_t longest = 0;    // bytes
  TokenId unknown = 0;
};

WordPiece::Impl::Impl(std::string_view vocab_txt, const WordPieceOptions& wanted)
    : vocabulary(vocab_txt),
      texts(lines_of(vocabulary)),
      options(wanted),
      starts(texts.size()),
      insides(texts.size()) {
  for (std::size_t id = 0; id < texts.size(); ++id) {
    const auto text = texts[id];
    longest = std::max(longest, text.size());
    const auto same = [&](TokenId other) { return texts[static_cast<std::size_t>(other)] == text; };
    const auto inner = text.starts_with(kInside) ? text.substr(kInside.size()) : std::string_view{};
    auto& index = inner.empty() ? starts : insides;
    if (!index.add(hash_of(inner.empty() ? text : inner), static_cast<TokenId>(id), same))
      throw Error("vocab.txt: line " + std::to_string(id + 1), "token listed twice", {}, std::string(text));
  }
  const auto& o = options;
  for (const auto* special : {&o.unknown, &o.first, &o.last, &o.padding, &o.mask})
    if (find(*special) == HashIndex::kNone) throw Error("vocab.txt", "no such token", {}, *special);
  unknown = find(o.unknown);
}

// The longest piece from that character on; returns the character after it, or `from` where there is none.
std::size_t WordPiece::Impl::append_longest(const BertWord& word, std::size_t from,
                                            std::vector<Token>& out) const {
  const auto& characters = word.characters;
  const auto byte_of = [&](std::size_t i) {
    return i < characters.size() ? characters[i].at : word.text.size();
  };
  for (std::size_t end = characters.size(); end > from; --end) {
    const auto size = byte_of(end) - byte_of(from);
    if (size > longest) continue;
    const auto piece = std::string_view(word.text).substr(byte_of(from), size);
    const TokenId id = from == 0 ? find(piece) : find_inside(piece);
    if (id == HashIndex::kNone) continue;
    out.push_back({id, characters[from].begin, characters[end - 1].end});
    return end;
  }
  return from;
}

void WordPiece::Impl::append_pieces(const BertWord& word, std::vector<Token>& out) const {
  const auto& characters = word.characters;
  const std::size_t before = out.size();
  for (std::size_t at = 0; at < characters.size() && characters.size() <= kMostCharacters;) {
    const auto next = append_longest(word, at, out);
    if (next == characters.size()) return;
    if (next == at) break;
    at = next;
  }
  out.resize(before);
  out.push_back({unknown, characters.front().begin, characters.back().end});
}

WordPiece::WordPiece(std::string_view vocab_txt, const WordPieceOptions& options)
    : impl_(std::make_shared<const Impl>(vocab_txt, options)) {}

std::vector<Token> WordPiece::tokens(std::string_view utf8) const {
  std::vector<Token> out;
  BertWords words(utf8, impl_->options.text);
  for (BertWord word; words.next(word);) impl_->append_pieces(word, out);
  return out;
}

int WordPiece::size() const { return static_cast<int>(impl_->texts.size()); }

TokenId WordPiece::id(std::string_view token) const {
  const bool inside = token.starts_with(kInside) && token.size() > kInside.size();
  const TokenId id = inside ? impl_->find_inside(token.substr(kInside.size())) : impl_->find(token);
  if (id == HashIndex::kNone) throw Error("vocab.txt", "no such token", {}, std::string(token));
  return id;
}

const WordPieceOptions& WordPiece::options() const { return impl_->options; }
std::string WordPiece::vocab_txt() const { return impl_->vocabulary; }

}  // namespace s2m
