#include "story2midi/stories/sentences.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "story2midi/base/unicode.h"

namespace s2m {
namespace {

constexpr std::u32string_view kStops = U".!?\u2026\u203d\u061f\u06d4\u0964\u0965\u0589\u1362\u037e";
constexpr std::u32string_view kWideStops = U"\u3002\uff01\uff1f\uff61";  // no space follows these
constexpr std::u32string_view kClosers =
    U"\"')]}_*\u00ab\u00bb\u2018\u2019\u201c\u201d\u2039\u203a\u300d\u300f\uff09\u3011\u300b\u3009\u3015";
constexpr std::u32string_view kOpeners =
    U"\"'([{_*-"
    U"\u00ab\u00bb\u2018\u2019\u201c\u201d\u201e\u201a\u2039\u203a\u2013\u2014\u00a1\u00bf\u300c\u300e\uff08";

using Words = std::span<const std::string_view>;

// Words that a stop does not end. Titles and shortened first names are capitalised and stand before a name.
constexpr std::string_view kTitles[] = {
    "mr",    "mrs",  "ms",    "mx",    "dr",    "drs",  "prof",  "profs",  "rev",  "revd", "hon",  "rt",
    "capt",  "col",  "gen",   "lt",    "lieut", "sgt",  "sergt", "serjt",  "cpl",  "maj",  "brig", "adm",
    "comdr", "cmdr", "cmdt",  "commr", "ens",   "pte",  "pvt",   "gov",    "sen",  "rep",  "pres", "supt",
    "det",   "insp", "const", "msgr",  "bp",    "abp",  "atty",  "messrs", "mme",  "mmes", "mlle", "mlles",
    "mons",  "mt",   "ft",    "fr",    "sra",   "hr",   "frl",   "wm",     "geo",  "thos", "chas", "jas",
    "jno",   "robt", "saml",  "benj",  "edw",   "danl", "jos",   "richd",  "alexr"};
constexpr std::string_view kAbbreviations[] = {"e.g",    "i.e", "cf", "viz",  "vs",
                                               "approx", "ca",  "al", "resp", "bzw"};
// These count before a number only.
constexpr std::string_view kBeforeNumbers[] = {"no",  "nos", "vol", "p",   "pp",   "ch",  "fig", "art",
                                               "sec", "op",  "jan", "feb", "mar",  "apr", "jun", "jul",
                                               "aug", "sep", "oct", "nov", "sept", "dec"};
// These, and initials, may stand before a name or at a sentence's end: they end it where the next word opens one.
constexpr std::string_view kBeforeNamesOrAtEnds[] = {"st",   "jr",   "sr",   "esq",  "co",   "ltd",
                                                     "inc",  "corp", "bros", "dept", "univ", "ave",
                                                     "blvd", "rd",   "ph.d", "ph"};
constexpr std::string_view kOpeningWords[] = {
    "a",         "an",      "the",    "i",        "he",   "she",    "it",       "we",         "you",
    "they",      "his",     "her",    "its",      "my",   "our",    "your",     "their",      "this",
    "that",      "these",   "those",  "there",    "here", "then",   "now",      "but",        "and",
    "so",        "or",      "yet",    "for",      "if",   "when",   "while",    "where",      "what",
    "who",       "why",     "how",    "in",       "on",   "at",     "as",       "by",         "from",
    "with",      "after",   "before", "no",       "not",  "nobody", "nothing",  "never",      "none",
    "some",      "all",     "one",    "both",     "each", "every",  "everyone", "everything", "someone",
    "something", "perhaps", "once",   "suddenly", "only", "even",   "still",    "too",        "yes"};
// "5 a.m. Monday".
constexpr std::string_view kHours[] = {"a.m", "p.m"};
constexpr std::string_view kAfterHours[] = {"monday",   "tuesday", "wednesday", "thursday", "friday",
                                            "saturday", "sunday",  "gmt",       "est",      "utc",
                                            "eastern",  "pacific", "greenwich"};

struct Range {
  std::size_t start = 0;
  std::size_t end = 0;
};

// A run of stops with what closes after it.
struct Stop {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool is_wide = false;    // the last stop is one that no space follows
  bool is_closed = false;  // a quote or bracket closes after it
};

bool is_in(std::u32string_view set, char32_t c) { return set.find(c) != set.npos; }
bool is_stop(char32_t c) { return is_in(kStops, c) || is_in(kWideStops, c); }

template <class Wanted>
std::size_t skip(std::string_view text, std::size_t at, Wanted wanted) {
  while (at < text.size()) {
    const auto [value, length] = code_point_at(text, at);
    if (!wanted(value)) break;
    at += length;
  }
  return at;
}

// Stops may stand apart, as in ". . .".
std::optional<Stop> next_stop(std::string_view text, std::size_t from) {
  Stop stop;
  stop.begin = skip(text, from, [](char32_t c) { return !is_stop(c); });
  if (stop.begin == text.size()) return std::nullopt;
  for (std::size_t at = stop.begin; at < text.size();) {
    const auto [value, length] = code_point_at(text, at);
    if (!is_stop(value)) break;
    stop.is_wide = is_in(kWideStops, value);
    stop.end = at + length;
    at = text.substr(stop.end).starts_with(" .") ? stop.end + 1 : stop.end;
  }
  const auto closed = skip(text, stop.end, [](char32_t c) { return is_in(kClosers, c); });
  stop.is_closed = closed != stop.end;
  stop.end = closed;
  return stop;
}

// The letters, digits and inner stops that end at byte `end`.
std::string_view word_before(std::string_view text, std::size_t end) {
  std::size_t start = end;
  while (start > 0) {
    std::size_t previous = start - 1;
    while (previous > 0 && start - previous < 4 && (text[previous] & 0xc0) == 0x80) --previous;
    const auto value = code_point_at(text, previous).value;
    const auto kind = char_class(value);
    if (value != '.' && kind != CharClass::kLetter && kind != CharClass::kNumber) break;
    start = previous;
  }
  return text.substr(start, end - start);
}

bool is_listed(Words list, std::string_view word) {
  std::string lower(word);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::ranges::find(list, lower) != list.end();
}

// The word that begins at `at`.
std::string_view word_at(std::string_view text, std::size_t at) {
  const auto end = skip(text, at, [](char32_t c) { return char_class(c) == CharClass::kLetter; });
  return text.substr(at, end - at);
}

bool is_initial(std::string_view word) {
  const auto dot = word.rfind('.');
  const auto letter = dot == word.npos ? word : word.substr(dot + 1);
  if (letter.empty() || (letter == "I" && dot == word.npos)) return false;  // "So did I."
  const auto [value, length] = code_point_at(letter, 0);
  return length == letter.size() && is_upper(value);
}

// "12", "IV" or "A" in front of a heading or an entry of a list.
bool is_list_number(std::string_view text) {
  constexpr std::size_t kLongest = 6;
  if (text.size() > kLongest) return false;
  return (text.size() == 1 && is_initial(text)) || text.find_first_not_of("0123456789") == text.npos ||
         text.find_first_not_of("IVXLCDM") == text.npos;
}

// Whether the stop behind `word` is the word's own, where `rest` follows.
bool is_abbreviation(std::string_view word, std::string_view rest) {
  if (word.empty()) return false;
  if (is_listed(kAbbreviations, word)) return true;
  const auto next = word_at(rest, 0);
  if (is_listed(kHours, word)) return is_listed(kAfterHours, next);
  if (is_initial(word) || (is_upper(code_point_at(word, 0).value) && is_listed(kBeforeNamesOrAtEnds, word)))
    return !is_listed(kOpeningWords, next);
  const auto first = rest.empty() ? kMalformed : code_point_at(rest, 0).value;
  if (char_class(first) == CharClass::kNumber) return is_listed(kBeforeNumbers, word);
  return is_upper(code_point_at(word, 0).value) && is_listed(kTitles, word);
}

// Finds sentences inside paragraphs of one story.
class SentenceFinder {
 public:
  explicit SentenceFinder(std::string_view story) : story_(story), has_case_(begins_in_upper_case()) {}

  void add_paragraph(Range paragraph, std::vector<Sentence>& sentences) const {
    const auto text = story_.substr(0, paragraph.end);
    std::size_t start = skip_blanks(text, paragraph.start);
    bool is_first = true;
    const auto add = [&](std::size_t end) {
      const auto kept = end_before_blanks(text, start, end);
      if (start < kept) sentences.push_back({start, kept, std::exchange(is_first, false)});
      start = skip_blanks(text, end);
    };
    for (auto stop = next_stop(text, paragraph.start); stop; stop = next_stop(text, stop->end))
      if (ends_sentence(text, *stop, start)) add(stop->end);
    add(paragraph.end);
  }

 private:
  // Where sentences open in lower case throughout, a lower-case letter says nothing.
  bool begins_in_upper_case() const {
    const auto first = skip_blanks(story_, 0);
    std::ptrdiff_t balance = first < story_.size() && is_upper(code_point_at(story_, first).value) ? 1 : 0;
    for (auto stop = next_stop(story_, 0); stop; stop = next_stop(story_, stop->end)) {
      const auto next = skip_blanks(story_, stop->end);
      if (stop->is_closed || next == stop->end || next == story_.size()) continue;
      const auto letter = code_point_at(story_, next).value;
      if (is_upper(letter)) ++balance;
      if (is_lower(letter) && !is_abbreviation(word_before(story_, stop->begin), story_.substr(next)))
        --balance;
    }
    return balance >= 0;
  }

  bool ends_sentence(std::string_view text, const Stop& stop, std::size_t start) const {
    const auto next = skip_blanks(text, stop.end);
    if (next == text.size()) return true;
    if (next == stop.end) return stop.is_wide && !stop.is_closed;
    if (stop.is_wide) return true;
    const auto opening = skip(text, next, [](char32_t c) { return is_in(kOpeners, c); });
    const auto letter = opening < text.size() ? code_point_at(text, opening).value : kMalformed;
    if (has_case_ && is_lower(letter)) return false;
    if (stop.end - stop.begin > 1 || text[stop.begin] != '.') return true;
    const auto sentence = text.substr(start, stop.begin - start);
    return !is_list_number(sentence) &&
           !is_abbreviation(word_before(sentence, sentence.size()), text.substr(opening));
  }

  std::string_view story_;
  bool has_case_;
};

template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
  for (std::size_t start = 0; start < text.size();) {
    const auto end = std::min(text.find('\n', start), text.size());
    visit(Range{start, end});
    start = end + 1;
  }
}

bool is_blank_line(std::string_view text, Range line) {
  return skip_blanks(text.substr(0, line.end), line.start) == line.end;
}

// Wrapped lines are shorter than a page is wide; where a tenth of them is not, each line is a paragraph.
bool lines_are_paragraphs(std::string_view story) {
  constexpr std::size_t kWidestWrap = 100;
  std::size_t lines = 0, wide = 0;
  for_each_line(story, [&](Range line) {
    lines += is_blank_line(story, line) ? 0 : 1;
    wide += line.end - line.start > kWidestWrap ? 1 : 0;
  });
  return wide * 10 > lines;
}

std::vector<Range> find_paragraphs(std::string_view story) {
  const bool every_line = lines_are_paragraphs(story);
  std::vector<Range> paragraphs;
  bool is_open = false;
  for_each_line(story, [&](Range line) {
    const bool blank = is_blank_line(story, line);
    if (!blank && is_open) paragraphs.back().end = line.end;
    if (!blank && !is_open) paragraphs.push_back(line);
    is_open = !blank && !every_line;
  });
  return paragraphs;
}

}  // namespace

std::vector<Sentence> find_sentences(std::string_view story) {
  const SentenceFinder finder(story);
  std::vector<Sentence> sentences;
  for (const auto& paragraph : find_paragraphs(story)) finder.add_paragraph(paragraph, sentences);
  return sentences;
}

}  // namespace s2m
