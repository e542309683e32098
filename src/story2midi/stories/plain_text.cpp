#include "story2midi/stories/plain_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <utility>

#include "story2midi/stories/encodings.h"

namespace s2m {
namespace {

struct Span {
  std::size_t start = 0, end = 0;
};

// Stretches between blank lines.
std::vector<Span> paragraphs_of(std::string_view text) {
  std::vector<Span> paragraphs;
  bool open = false;
  for_each_line_of(text, [&](std::size_t start, std::size_t end) {
    const bool blank = trimmed(text.substr(start, end - start)).empty();
    if (!blank && open) paragraphs.back().end = end;
    if (!blank && !open) paragraphs.push_back({start, end});
    open = !blank;
  });
  return paragraphs;
}

// "II", "12", "ONE": what follows the word "chapter".
bool is_number_word(std::string_view word) {
  while (!word.empty() && std::ispunct(static_cast<unsigned char>(word.back()))) word.remove_suffix(1);
  if (word.empty() || word.size() > 12) return false;
  constexpr std::array<std::string_view, 21> kWords = {
      "ONE",   "TWO",    "THREE", "FOUR",   "FIVE",  "SIX",   "SEVEN",  "EIGHT",  "NINE",   "TEN", "THE",
      "FIRST", "SECOND", "THIRD", "FOURTH", "FIFTH", "SIXTH", "ELEVEN", "TWELVE", "TWENTY", "LAST"};
  return word.find_first_not_of("0123456789") == word.npos ||
         word.find_first_not_of("IVXLCDM") == word.npos || std::ranges::find(kWords, word) != kWords.end();
}

bool is_scene_break(std::string_view line) {
  std::size_t marks = 0;
  for (const char c : line) {
    if (c == ' ' || c == '\t') continue;
    if (c != '*' && c != '-' && c != '#' && c != '_' && c != '~') return false;
    ++marks;
  }
  return line == "#" || marks >= 3;
}

// Where a line holding `begin` and, in the same line, "PROJECT GUTENBERG" begins, and where it ends.
std::optional<Span> marker(std::string_view text, std::string_view begin) {
  std::optional<Span> found;
  for_each_line_of(text, [&](std::size_t start, std::size_t end) {
    const auto line = text.substr(start, end - start);
    if (found || line.find("***") == line.npos) return;
    const auto upper = upper_case(line);
    if (upper.find(begin) != upper.npos && upper.find("GUTENBERG", upper.find(begin)) != upper.npos)
      found = {start, end};
  });
  return found;
}

// A marker may run over two lines: it ends with its last stars.
std::size_t end_of_marker(std::string_view text, Span line) {
  const auto stars = text.find("***", text.find("***", line.start) + 3);
  constexpr std::size_t kLongest = 300;
  return stars != text.npos && stars < line.start + kLongest ? std::max(stars + 3, line.end) : line.end;
}

std::string header_title(std::string_view header) {
  std::string title;
  for_each_line_of(header, [&](std::size_t start, std::size_t end) {
    const auto line = header.substr(start, end - start);
    if (title.empty() && line.starts_with("Title:")) title = trimmed(line.substr(6));
  });
  return title;
}

bool is_illustration(std::string_view paragraph) {
  return paragraph.starts_with("[Illustration") && paragraph.ends_with(']');
}

// The pages before a story's first words: its title, its author, who made the file, what is in it.
class FrontMatter {
 public:
  explicit FrontMatter(std::string_view title) : title_(upper_case(title)) {}

  bool holds(std::string_view paragraph) {
    const auto upper = upper_case(paragraph);
    if (is_illustration(paragraph) || upper == title_ || upper.starts_with("BY ") || upper == "BY")
      return true;
    for (const std::string_view begin :
         {"PRODUCED BY", "E-TEXT PREPARED", "ETEXT PREPARED", "TRANSCRIBER", "CREDITS:"})
      if (upper.starts_with(begin)) return true;
    if (upper.starts_with("CONTENTS") || upper.starts_with("TABLE OF CONTENTS")) in_contents_ = true;
    return in_contents_ && is_contents(upper);
  }

 private:
  // Short lines without a stop, none of which was there before: a heading that comes again begins its chapter.
  bool is_contents(const std::string& upper) {
    constexpr std::size_t kLongestEntry = 90;
    bool contents = true;
    std::vector<std::string> entries;
    for_each_line_of(upper, [&](std::size_t start, std::size_t end) {
      const auto line = trimmed(std::string_view(upper).substr(start, end - start));
      if (line.empty()) return;
      contents = contents && line.size() <= kLongestEntry && !was_listed(line) &&
                 std::string_view("!?,;\"").find(line.back()) == std::string_view::npos &&
                 (line.back() != '.' || line.size() < kShortestSentence);
      entries.emplace_back(line);
    });
    if (contents) entries_.insert(entries.begin(), entries.end());
    return contents;
  }
  // "CHAPTER I" after an entry "CHAPTER I. THE CLOCK".
  bool was_listed(std::string_view line) const {
    const auto found = entries_.lower_bound(std::string(line));
    return found != entries_.end() && found->starts_with(line);
  }

  static constexpr std::size_t kShortestSentence = 12;
  std::string title_;
  std::set<std::string> entries_;
  bool in_contents_ = false;
};

}  // namespace

std::optional<PartKind> part_of_line(std::string_view line) {
  constexpr std::size_t kLongest = 80;
  line = trimmed(line);
  if (line.empty() || line.size() > kLongest || line.find('\n') != line.npos) return std::nullopt;
  if (is_scene_break(line)) return PartKind::kScene;
  const auto upper = upper_case(line);
  const auto word = upper.substr(0, upper.find_first_of(" .:"));
  const auto rest = trimmed(std::string_view(upper).substr(word.size()));
  if (word == "PROLOGUE" || word == "EPILOGUE")
    return rest.empty() ? std::optional(PartKind::kChapter) : std::nullopt;
  constexpr std::array<std::string_view, 8> kNames = {"CHAPTER", "BOOK",  "PART",  "VOLUME",
                                                      "ACT",     "STAVE", "CANTO", "LETTER"};
  const bool named = std::ranges::find(kNames, word) != kNames.end();
  if (named && is_number_word(rest.substr(0, rest.find(' ')))) return PartKind::kChapter;
  const bool numbered = word.find_first_not_of("IVXLCDM") == word.npos && line.starts_with(word + ".");
  return numbered && upper == line ? std::optional(PartKind::kChapter) : std::nullopt;
}

// A text whose first paragraph is a short line without a stop bears it as its title; its words are read all the same.
std::string title_above(std::string_view text) {
  constexpr std::size_t kLongest = 60, kLeastBelow = 2;  // bytes; times as much text below
  const auto paragraphs = paragraphs_of(text);
  if (paragraphs.size() < 2) return {};
  const auto line = trimmed(text.substr(paragraphs[0].start, paragraphs[0].end - paragraphs[0].start));
  const bool is_line = !line.empty() && line.size() <= kLongest && line.find('\n') == line.npos &&
                       std::string_view(".!?,;:\"-").find(line.back()) == std::string_view::npos;
  const bool is_short = text.size() - paragraphs[1].start >= kLeastBelow * kLongest;
  return is_line && is_short && !part_of_line(line) ? std::string(line) : std::string();
}

Draft read_plain_text(const SourceFile& file) {
  Draft draft;
  auto decoded = decode_text(file.bytes, file.name);
  draft.notes = std::move(decoded.notes);
  draft.text = std::move(decoded.text);
  const std::string_view text = draft.text.text();
  draft.title = title_above(text);
  for (const auto& [start, end] : paragraphs_of(text)) {
    const auto line = text.substr(start, end - start);
    const auto kind = part_of_line(line);
    if (!kind) continue;
    const bool is_break = *kind == PartKind::kScene;
    draft.headings.push_back(
        {*kind, is_break ? "" : std::string(trimmed(line)), draft.text.source_of(start, end), start});
  }
  return draft;
}

void leave_out_gutenberg(Draft& draft) {
  const std::string_view text = draft.text.text();
  if (text.find("***") == text.npos) return;
  const auto start = marker(text, "START OF"), end = marker(text, "END OF");
  if (!start && !end) return;
  const std::size_t first = start ? end_of_marker(text, *start) : 0;
  const std::size_t last = end && end->start > first ? end->start : text.size();
  const auto title = header_title(text.substr(0, start ? start->start : 0));
  if (!title.empty()) draft.title = title;
  FrontMatter front(draft.title);
  bool before_story = true;
  std::vector<Span> kept;
  for (const auto& [from, to] : paragraphs_of(text.substr(first, last - first))) {
    const auto paragraph = trimmed(text.substr(first + from, to - from));
    before_story = before_story && front.holds(paragraph);
    if (!before_story && !is_illustration(paragraph)) kept.push_back({first + from, first + to});
  }
  const auto closes = [&](const Span& span) {
    const auto paragraph = text.substr(span.start, span.end - span.start);
    return paragraph.starts_with("End of") && paragraph.find("Project Gutenberg") != paragraph.npos;
  };
  while (!kept.empty() && closes(kept.back())) kept.pop_back();
  if (kept.empty()) return;
  Draft story;
  DraftWriter writer(story);
  for (const auto& [from, to] : kept) writer.add(draft.text, from, to), writer.end_block();
  const auto range = draft.text.source_of(kept.front().start, kept.back().end);
  std::erase_if(draft.headings, [&](const DraftHeading& heading) {
    return heading.range.start < range.start || heading.range.start >= range.end;
  });
  draft.text = std::move(story.text);
  draft.notes.push_back("left out: Project Gutenberg's header, title page and licence");
}

}  // namespace s2m
