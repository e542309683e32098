#include "story2midi/stories/passages.h"

#include <fmt/core.h>

#include <utility>

#include "story2midi/base/error.h"
#include "story2midi/base/limits.h"
#include "story2midi/base/unicode.h"
#include "story2midi/stories/sentences.h"

namespace s2m {
namespace {

constexpr std::size_t kLongestWord = 24;  // bytes

bool is_ideograph(char32_t c) {
  return (c >= 0x3040 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x3ffff);
}

// Calls visit(byte) where each word of text[start, end) begins.
template <class Visit>
void for_each_word_start(std::string_view text, std::size_t start, std::size_t end, Visit visit) {
  std::size_t word = end;  // begin of the word that `at` stands in; `end` between words
  for (std::size_t at = start; at < end;) {
    const auto [value, length] = code_point_at(text, at);
    if (is_blank(value)) {
      word = end;
    } else if (word == end || at - word >= kLongestWord || is_ideograph(value)) {
      visit(word = at);
    }
    at += length;
  }
}

// A sentence, or a part of one that is too long.
struct Piece {
  std::size_t start = 0;
  std::size_t end = 0;
  std::size_t words = 0;
  bool starts_paragraph = false;
};

bool ends_clause(std::string_view before) {
  for (const std::string_view end : {",", ";", ":", "\n", "\u2014", "--", ")", "\u3001", "\uff0c", "\uff1b"})
    if (before.ends_with(end)) return true;
  return false;
}

// The word at which a piece that begins with `starts[first]` must end: after a clause in its second half, or
// when full.
std::size_t cut_after(std::string_view story, const std::vector<std::size_t>& starts, std::size_t first,
                      std::size_t max_words) {
  for (std::size_t cut = first + max_words; cut > first + max_words / 2; --cut) {
    auto before = story.substr(0, starts[cut]);
    if (before.ends_with(' ')) before.remove_suffix(1);
    if (ends_clause(before)) return cut;
  }
  return first + max_words;
}

void add_pieces(std::string_view story, const Sentence& sentence, std::size_t max_words,
                std::vector<Piece>& pieces) {
  std::vector<std::size_t> starts;
  for_each_word_start(story, sentence.start_byte, sentence.end_byte,
                      [&](std::size_t at) { starts.push_back(at); });
  bool starts_paragraph = sentence.starts_paragraph;
  std::size_t first = 0;
  while (starts.size() - first > max_words) {
    const auto cut = cut_after(story, starts, first, max_words);
    const auto end = end_before_blanks(story, starts[first], starts[cut]);
    pieces.push_back({starts[first], end, cut - first, std::exchange(starts_paragraph, false)});
    first = cut;
  }
  pieces.push_back({starts[first], sentence.end_byte, starts.size() - first, starts_paragraph});
}

bool ends_in_letter_or_number(std::string_view text) {
  std::size_t last = text.size() - 1;
  while (last > 0 && text.size() - last < 4 && (text[last] & 0xc0) == 0x80) --last;
  const auto kind = char_class(code_point_at(text, last).value);
  return kind == CharClass::kLetter || kind == CharClass::kNumber;
}

// Words from each piece to the end of its paragraph; a heading's paragraph takes in the one after it.
std::vector<std::size_t> words_to_paragraph_end(std::string_view story, const std::vector<Piece>& pieces) {
  std::vector<std::size_t> words(pieces.size());
  for (std::size_t i = pieces.size(); i-- > 0;) {
    const auto& piece = pieces[i];
    words[i] = piece.words;
    if (i + 1 == pieces.size()) continue;
    const bool is_heading = ends_in_letter_or_number(story.substr(piece.start, piece.end - piece.start));
    if (is_heading || !pieces[i + 1].starts_paragraph) words[i] += words[i + 1];
  }
  return words;
}

// A few words without a stop before a paragraph: they stand with what they head.
constexpr std::size_t kLongestHeading = 12;  // words
bool is_heading(std::string_view story, const Piece& group) {
  return group.words <= kLongestHeading &&
         ends_in_letter_or_number(story.substr(group.start, group.end - group.start));
}

// Whether a passage of `words` words ends before `next`, whose paragraph still has `remaining`.
bool ends_before(std::size_t words, const Piece& next, std::size_t remaining, const PassageOptions& options) {
  if (words + next.words > options.max_words) return true;
  if (next.starts_paragraph)
    return words >= options.target_words / 2 && words + remaining > options.target_words;
  return words >= options.target_words && words + remaining > options.target_words * 3 / 2;
}

std::vector<Piece> group(std::string_view story, const std::vector<Piece>& pieces,
                         const PassageOptions& options) {
  const auto remaining = words_to_paragraph_end(story, pieces);
  std::vector<Piece> groups;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const bool ends = groups.empty() || ends_before(groups.back().words, pieces[i], remaining[i], options);
    const bool heads = !groups.empty() && pieces[i].starts_paragraph && is_heading(story, groups.back()) &&
                       groups.back().words + pieces[i].words <= options.max_words;
    if (ends && !heads) {
      groups.push_back(pieces[i]);
    } else {
      groups.back().end = pieces[i].end;
      groups.back().words += pieces[i].words;
    }
  }
  return groups;
}

constexpr std::size_t kShortestEnding = 3;  // words

// A few words at the end of a story ("The End.") are no passage of their own.
void join_short_ending(std::vector<Piece>& groups, const PassageOptions& options) {
  if (groups.size() < 2) return;
  const auto last = groups.back();
  auto& before = groups[groups.size() - 2];
  if (last.words >= std::max(kShortestEnding, options.target_words / 4) ||
      before.words + last.words > options.max_words)
    return;
  before.end = last.end;
  before.words += last.words;
  groups.pop_back();
}

Passage passage_of(std::string_view story, std::size_t start, std::size_t end) {
  return {std::string(story.substr(start, end - start)), start, end};
}

PassageStart start_of(const Piece& piece) {
  return piece.starts_paragraph ? PassageStart::kParagraph : PassageStart::kSentence;
}

}  // namespace

void check_story(std::string_view utf8, std::string_view name) {
  if (utf8.size() > limits::kMostStoryBytes)
    throw Error(ErrorKind::kLimit, std::string(name), "too large",
                fmt::format("at most {} bytes", limits::kMostStoryBytes), std::to_string(utf8.size()));
  bool is_empty = true;
  for (std::size_t at = 0; at < utf8.size();) {
    const auto [value, length] = code_point_at(utf8, at);
    if (value == kMalformed || value == 0)
      throw Error(fmt::format("{}: byte {}", name, at), value == 0 ? "NUL byte" : "not UTF-8", "UTF-8 text",
                  fmt::format("0x{:02x}", static_cast<unsigned char>(utf8[at])));
    is_empty = is_empty && is_blank(value);
    at += length;
  }
  if (is_empty)
    throw Error(std::string(name), "no text", "a story", utf8.empty() ? "nothing" : "white space");
}

std::vector<Passage> split_sentences(std::string_view story) {
  std::vector<Passage> sentences;
  for (const auto& sentence : find_sentences(story))
    sentences.push_back(passage_of(story, sentence.start_byte, sentence.end_byte));
  return sentences;
}

std::vector<Passage> split_passages(std::string_view story, const PassageOptions& options) {
  if (options.target_words == 0 || options.max_words < options.target_words)
    throw Error("passage options", "bad sizes", "0 < target_words <= max_words",
                fmt::format("{} and {}", options.target_words, options.max_words));
  check_story(story);
  std::vector<Piece> pieces;
  for (const auto& sentence : find_sentences(story)) add_pieces(story, sentence, options.max_words, pieces);
  auto groups = group(story, pieces, options);
  join_short_ending(groups, options);
  std::vector<Passage> passages;
  for (const auto& piece : groups) {
    passages.push_back(passage_of(story, piece.start, piece.end));
    passages.back().starts = start_of(piece);
  }
  return passages;
}

std::string single_spaced(std::string_view text) {
  std::string out;
  bool space = false;
  for (std::size_t at = 0; at < text.size();) {
    const auto [value, length] = code_point_at(text, at);
    const bool is_space = is_blank(value);
    if (!is_space && space && !out.empty()) out += ' ';
    if (!is_space) out += text.substr(at, length);
    space = is_space;
    at += length;
  }
  return out;
}

}  // namespace s2m
