#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <utility>

#include "story2midi/base/unicode.h"
#include "story2midi/stories/encodings.h"
#include "story2midi/stories/scripts.h"

namespace s2m {
namespace {

struct Line {
  std::size_t start = 0, end = 0;
};

// Notes [[...]] and what is cut /*...*/, in order.
std::vector<Line> hidden_parts(std::string_view text) {
  std::vector<Line> hidden;
  for (std::size_t at = 0; at < text.size();) {
    const auto note = text.find("[[", at), cut = text.find("/*", at);
    const auto start = std::min(note, cut);
    if (start == text.npos) break;
    const auto close = text.find(note < cut ? "]]" : "*/", start + 2);
    if (close == text.npos) break;
    hidden.push_back({start, close + 2});
    at = close + 2;
  }
  return hidden;
}

bool has_letter(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return std::isalpha(c) || c >= 0x80; });
}

bool is_upper_case(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto [value, length] = code_point_at(text, at);
    if (is_lower(value)) return false;
    at += length;
  }
  return has_letter(text);
}

bool is_scene_heading(std::string_view line) {
  if (line.starts_with('.')) return line.size() > 1 && line[1] != '.';
  const auto upper = upper_case(line.substr(0, 10));
  for (const std::string_view begin : {"INT", "EXT", "EST", "INT./EXT", "INT/EXT", "I/E"})
    if (upper.starts_with(begin) && upper.size() > begin.size() &&
        (upper[begin.size()] == '.' || upper[begin.size()] == ' '))
      return true;
  return false;
}

// "ANNA (V.O.) ^" without what is not her name.
std::string speaker_of(std::string_view line) {
  if (line.starts_with('@')) line.remove_prefix(1);
  if (line.ends_with('^')) line.remove_suffix(1);
  return std::string(trimmed(line.substr(0, line.find('('))));
}

bool is_character(std::string_view line) {
  if (line.starts_with('@')) return line.size() > 1;
  const auto name = line.substr(0, line.find('('));
  return is_upper_case(name) && !name.ends_with(':') && !trimmed(line).ends_with("TO:");
}

bool is_transition(std::string_view line) {
  if (line.starts_with('>')) return !line.ends_with('<');
  return is_upper_case(line) && (line.ends_with("TO:") || line == "FADE OUT." || line == "FADE IN:");
}

class ScreenplayWriter {
 public:
  ScreenplayWriter(const MappedText& from, Draft& draft)
      : from_(from), text_(from.text()), hidden_(hidden_parts(text_)), draft_(draft), writer_(draft) {}
  void write();

 private:
  std::string_view at(std::size_t line) const {
    return trimmed(text_.substr(lines_[line].start, lines_[line].end - lines_[line].start));
  }
  bool is_blank_line(std::size_t line) const { return line >= lines_.size() || at(line).empty(); }
  std::size_t read_title_page();
  std::size_t write_element(std::size_t line);
  std::size_t write_dialogue(std::size_t line);
  void write_section(std::string_view line);
  void add(std::size_t line, std::string_view words);
  void add_plain(std::size_t start, std::size_t end);

  const MappedText& from_;
  std::string_view text_;
  std::vector<Line> lines_;
  std::vector<Line> hidden_;
  Draft& draft_;
  DraftWriter writer_;
  std::optional<DraftSpeech> speech_;
};

// "Title: ..." and its kin at the top; the first line behind them.
std::size_t ScreenplayWriter::read_title_page() {
  const auto is_key = [&](std::size_t line) {
    const auto colon = at(line).find(':');
    return colon != std::string_view::npos && colon > 0 && colon < 20 && text_[lines_[line].start] != ' ' &&
           !is_transition(at(line)) && at(line).find_first_of(".!?") > colon;
  };
  if (lines_.empty() || !is_key(0)) return 0;
  std::size_t line = 0;
  for (; !is_blank_line(line); ++line) {
    const auto upper = upper_case(at(line));
    if (!upper.starts_with("TITLE:")) continue;
    auto title = trimmed(at(line).substr(6));
    if (title.empty() && !is_blank_line(line + 1)) title = at(line + 1);
    std::ranges::copy_if(title, std::back_inserter(draft_.title),
                         [](char c) { return c != '*' && c != '_'; });
  }
  return line;
}

// text[start, end) without marks of emphasis.
void ScreenplayWriter::add_plain(std::size_t start, std::size_t end) {
  std::size_t taken = start;
  const auto flush = [&](std::size_t until) {
    if (taken >= until) return;
    const auto range = from_.source_of(taken, until);
    if (speech_) speech_->range = {std::min(speech_->range.start, range.start), range.end};
    writer_.add(from_, taken, until);
  };
  for (std::size_t i = start; i < end; ++i) {
    const bool escapes = text_[i] == '\\' && i + 1 < end && (text_[i + 1] == '*' || text_[i + 1] == '_');
    if (!escapes && text_[i] != '*' && text_[i] != '_') continue;
    flush(i);
    taken = i + 1;
    if (escapes) ++i;
  }
  flush(end);
}

// `words` stand in the line.
void ScreenplayWriter::add(std::size_t line, std::string_view words) {
  auto start = static_cast<std::size_t>(words.data() - text_.data());
  const std::size_t end = std::min(start + words.size(), lines_[line].end);
  auto hidden = std::ranges::upper_bound(hidden_, start, {}, &Line::end);
  for (; hidden != hidden_.end() && hidden->start < end; ++hidden) {
    if (hidden->start > start) add_plain(start, hidden->start);
    start = std::max(start, hidden->end);
  }
  if (start < end) add_plain(start, end);
  writer_.end_line();
}

void ScreenplayWriter::write_section(std::string_view line) {
  const auto depth = std::min(line.find_first_not_of('#'), line.size());
  const auto heading = trimmed(line.substr(depth));
  if (heading.empty()) return;
  const auto start = static_cast<std::size_t>(line.data() - text_.data());
  const auto kind = depth <= 2 ? PartKind::kChapter : PartKind::kSection;
  draft_.headings.push_back({kind, std::string(heading), from_.source_of(start, start + line.size()), 0});
}

// A character's name and the lines up to the next blank one; the line behind them.
std::size_t ScreenplayWriter::write_dialogue(std::size_t line) {
  speech_ = DraftSpeech{{std::string::npos, 0}, {}, {}, speaker_of(at(line))};
  for (++line; line < lines_.size(); ++line) {
    const bool held = lines_[line].end - lines_[line].start >= 2 && is_blank_line(line);
    if (is_blank_line(line) && !held) break;
    auto words = at(line);
    if (words.starts_with('~')) words.remove_prefix(1);
    add(line, words);
  }
  if (speech_->range.start < speech_->range.end) draft_.speeches.push_back(*speech_);
  speech_.reset();
  writer_.end_block();
  return line;
}

std::size_t ScreenplayWriter::write_element(std::size_t line) {
  auto words = at(line);
  const bool after_blank = line == 0 || is_blank_line(line - 1);
  if (words.empty() || words.starts_with("===")) return writer_.end_block(), line + 1;
  if (words.starts_with('=')) return line + 1;
  if (words.starts_with('#')) return write_section(words), line + 1;
  if (words.starts_with('!')) return add(line, words.substr(1)), line + 1;
  if (after_blank && is_scene_heading(words)) {
    if (words.starts_with('.')) words.remove_prefix(1);
    if (words.ends_with('#')) words = trimmed(words.substr(0, words.rfind('#', words.size() - 2)));
    writer_.end_block();
    writer_.begin_heading(PartKind::kScene);
    add(line, words);
    writer_.end_heading();
    return writer_.end_block(), line + 1;
  }
  if (after_blank && is_blank_line(line + 1) && is_transition(words)) return line + 1;
  if (after_blank && !is_blank_line(line + 1) && is_character(words)) return write_dialogue(line);
  if (words.starts_with('>')) words = trimmed(words.substr(1, words.size() - 2));
  if (words.starts_with('~')) words.remove_prefix(1);
  return add(line, words), line + 1;
}

void ScreenplayWriter::write() {
  for_each_line_of(text_, [&](std::size_t start, std::size_t end) { lines_.push_back({start, end}); });
  for (std::size_t line = read_title_page(); line < lines_.size();) line = write_element(line);
}

}  // namespace

Draft read_fountain(const SourceFile& file) {
  Draft draft;
  auto decoded = decode_text(file.bytes, file.name);
  draft.notes = std::move(decoded.notes);
  ScreenplayWriter(decoded.text, draft).write();
  draft.notes.emplace_back("left out: the screenplay's title page, transitions, synopses, notes and marks");
  return draft;
}

}  // namespace s2m
