#include "story2midi/stories/normalise.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "story2midi/base/unicode.h"

namespace s2m {
namespace {

struct Entity {
  std::string_view name;
  char32_t value;
};
constexpr Entity kEntities[] = {
    {"&rsquo;", 0x2019},  {"&lsquo;", 0x2018}, {"&apos;", '\''},     {"&#39;", '\''},     {"&#8217;", 0x2019},
    {"&#x2019;", 0x2019}, {"&shy;", 0xad},     {"&nbsp;", 0xa0},     {"&ldquo;", 0x201c}, {"&rdquo;", 0x201d},
    {"&mdash;", 0x2014},  {"&ndash;", 0x2013}, {"&hellip;", 0x2026}, {"&quot;", '"'},     {"&amp;", '&'},
    {"&lt;", '<'},        {"&gt;", '>'}};

constexpr std::u32string_view kApostrophes = U"'`\u2019\u2018\u201b\u02bc\u02bb\u2032\u00b4\uff07";
constexpr std::u32string_view kInvisible =
    U"\u00ad\u200b\u2060\ufeff\u180e\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";
constexpr std::u32string_view kJoiners = U"\u200c\u200d";  // they mean something in Persian and in emoji

bool is_in(std::u32string_view set, char32_t c) { return set.find(c) != set.npos; }
bool is_letter(char32_t c) { return char_class(c) == CharClass::kLetter; }
bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// A code point or an entity.
CodePoint sign_at(std::string_view text, std::size_t at) {
  if (text[at] == '&')
    for (const auto& [name, value] : kEntities)
      if (text.substr(at, name.size()) == name) return {value, name.size()};
  return code_point_at(text, at);
}

// The next sign that can be seen.
char32_t visible_at(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const auto [value, length] = sign_at(text, at);
    if (!is_in(kInvisible, value)) return value;
    at += length;
  }
  return kMalformed;
}

// Builds a text of another: what is not replaced is taken over as it stands.
class Rewriter {
 public:
  explicit Rewriter(const MappedText& from) : from_(from) {}
  // from[start, end) becomes `instead`.
  void replace(std::size_t start, std::size_t end, std::string_view instead) {
    out_.append(from_, taken_, start);
    out_.put(instead, from_.source_of(start, end));
    taken_ = end;
  }
  MappedText finish() {
    out_.append(from_, taken_, from_.text().size());
    return std::move(out_);
  }

 private:
  const MappedText& from_;
  MappedText out_;
  std::size_t taken_ = 0;
};

bool is_plain(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x80 && c != '\r' && c != '&' && c != '`'; });
}

std::string_view line_end_of(char32_t c) {
  if (c == 0x85 || c == 0x2028) return "\n";
  return c == 0x2029 ? "\n\n" : "";
}

MappedText with_plain_signs(const MappedText& from) {
  const std::string_view text = from.text();
  Rewriter out(from);
  char32_t before = kMalformed;  // the last visible sign
  for (std::size_t at = 0; at < text.size();) {
    const auto [value, length] = sign_at(text, at);
    const std::size_t end = at + length;
    if (value == '\r') {
      out.replace(at, end, text.substr(end).starts_with('\n') ? "" : "\n");
    } else if (const auto line_end = line_end_of(value); !line_end.empty()) {
      out.replace(at, end, line_end);
    } else if (is_in(kInvisible, value) ||
               (is_in(kJoiners, value) && before < 0x250 && visible_at(text, end) < 0x250)) {
      out.replace(at, end, "");
      at = end;
      continue;
    } else if (is_in(kApostrophes, value) && is_letter(before) && is_letter(visible_at(text, end))) {
      if (text.substr(at, length) != "'") out.replace(at, end, "'");
    } else if (length > 1 && text[at] == '&') {
      std::string sign;
      append_utf8(sign, value);
      out.replace(at, end, sign);
    }
    before = value;
    at = end;
  }
  return out.finish();
}

constexpr std::array<std::string_view, 22> kNegations = {
    "dont",    "doesnt",  "didnt",  "isnt",    "arent",   "wasnt",    "werent", "hasnt",
    "havent",  "hadnt",   "aint",   "wouldnt", "couldnt", "shouldnt", "mustnt", "neednt",
    "oughtnt", "mightnt", "darent", "shant",   "cant",    "wont"};
constexpr std::array<std::string_view, 12> kPronouns = {"i",    "you",  "he",   "she", "it",    "we",
                                                        "they", "that", "this", "who", "there", "one"};

bool is_listed(std::span<const std::string_view> list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

bool lacks_apostrophe(std::string_view word, std::string_view before) {
  if (!is_listed(kNegations, word)) return false;
  return (word != "cant" && word != "wont") || is_listed(kPronouns, before);
}

MappedText with_negations(const MappedText& from) {
  constexpr std::size_t kLongest = 8;
  const std::string_view text = from.text();
  Rewriter out(from);
  std::string word, before;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto next = at + 1 < text.size() ? text[at + 1] : ' ';
    const bool inside = is_ascii_letter(text[at]);
    if (inside && word.size() <= kLongest) word += static_cast<char>(text[at] | 0x20);
    if (!inside && text[at] != ' ' && text[at] != '\n') before.clear(), word.clear();
    if (!inside || is_ascii_letter(next)) continue;
    const bool ends = static_cast<unsigned char>(next) < 0x80 && next != '\'' && next != '-' && next != '_';
    if (ends && lacks_apostrophe(word, before)) out.replace(at, at, "'");
    before = std::exchange(word, {});
  }
  return out.finish();
}

MappedText composed(const MappedText& from) {
  const std::string_view text = from.text();
  if (nfc(text) == text) return from;
  Rewriter out(from);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    do at += code_point_at(text, at).length;
    while (at < text.size() && joins_previous(code_point_at(text, at).value));
    const auto piece = text.substr(start, at - start);
    if (piece.size() == 1) continue;
    if (const auto form = nfc(piece); form != piece) out.replace(start, at, form);
  }
  return out.finish();
}

}  // namespace

MappedText normalise(const MappedText& text) {
  if (is_plain(text.text())) return with_negations(text);
  return composed(with_negations(with_plain_signs(composed(text))));
}

std::string normal_text(std::string_view utf8) { return normalise(MappedText(utf8)).text(); }

}  // namespace s2m
