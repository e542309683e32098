#include <md4c.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "story2midi/base/error.h"
#include "story2midi/stories/encodings.h"
#include "story2midi/stories/markup.h"

namespace s2m {
namespace {

// "---" at the top, lines of YAML, "---": where the text after it begins, and the title in it.
std::size_t read_front_matter(std::string_view text, std::string& title) {
  bool is_open = false;
  std::size_t body = 0;
  for_each_line_of(text, [&](std::size_t start, std::size_t end) {
    const auto line = trimmed(text.substr(start, end - start));
    if (start == 0) is_open = line == "---";
    if (!is_open || body > 0 || start == 0) return;
    if (line == "---" || line == "...") body = end;
    if (line.starts_with("title:")) title = trimmed(line.substr(6));
  });
  if (body == 0) return title.clear(), 0;
  if (title.size() > 1 && (title.front() == '"' || title.front() == '\'') && title.back() == title.front())
    title = title.substr(1, title.size() - 2);
  return body;
}

// Takes md4c's events.
class MarkdownWords {
 public:
  MarkdownWords(const MappedText& from, std::size_t start, Draft& draft, std::string_view name)
      : from_(from), text_(from.text()), start_(start), draft_(draft), writer_(draft), name_(name) {}
  void parse();
  // What was left out, for a note; empty for prose without any of it.
  std::string left_out() const;

 private:
  void open(MD_BLOCKTYPE kind, void* detail);
  void open(MD_SPANTYPE kind);
  void close(MD_BLOCKTYPE kind);
  void add(MD_TEXTTYPE kind, std::string_view piece);
  bool is_sentence_over_dashes() const;
  void write_html_block();
  // Where a piece stands, for those that md4c did not make itself.
  std::optional<std::size_t> place_of(std::string_view piece) const;

  const MappedText& from_;
  std::string_view text_;
  std::size_t start_;
  Draft& draft_;
  DraftWriter writer_;
  std::string_view name_;
  bool has_markup_ = false, has_links_ = false, has_pictures_ = false, has_tables_ = false, has_code_ = false;
  int left_out_ = 0;  // blocks and spans that are open and left out
  bool is_html_ = false;
  SourceRange html_ = {};  // in the text
  std::size_t read_ = 0;   // the end of the last piece
  std::size_t block_start_ = std::string::npos;
  bool is_second_heading_ = false;
};

std::optional<std::size_t> MarkdownWords::place_of(std::string_view piece) const {
  const auto before = std::less<>();
  if (before(piece.data(), text_.data()) || before(text_.data() + text_.size(), piece.data() + piece.size()))
    return std::nullopt;
  return static_cast<std::size_t>(piece.data() - text_.data());
}

void MarkdownWords::open(MD_BLOCKTYPE kind, void* detail) {
  writer_.end_block();
  block_start_ = std::string::npos;
  is_second_heading_ = false;
  if (kind == MD_BLOCK_CODE || kind == MD_BLOCK_TABLE) ++left_out_;
  if (kind == MD_BLOCK_CODE) has_code_ = true;
  if (kind == MD_BLOCK_TABLE) has_tables_ = true;
  if (kind != MD_BLOCK_DOC && kind != MD_BLOCK_P && left_out_ == 0) has_markup_ = true;
  if (kind == MD_BLOCK_HR) writer_.scene_break();
  if (kind == MD_BLOCK_HTML) is_html_ = true, html_ = {};
  if (kind != MD_BLOCK_H) return;
  const auto level = static_cast<MD_BLOCK_H_DETAIL*>(detail)->level;
  is_second_heading_ = level == 2;
  writer_.begin_heading(level <= 2 ? PartKind::kChapter : PartKind::kSection);
}

void MarkdownWords::open(MD_SPANTYPE kind) {
  if (kind == MD_SPAN_IMG) ++left_out_;
  (kind == MD_SPAN_IMG ? has_pictures_ : kind == MD_SPAN_A ? has_links_ : has_markup_) = true;
}

std::string MarkdownWords::left_out() const {
  std::string all;
  for (const auto& [is_there, name] :
       {std::pair(has_markup_, "markup"), std::pair(has_links_, "link targets"),
        std::pair(has_pictures_, "pictures"), std::pair(has_tables_, "tables"),
        std::pair(has_code_, "code blocks")})
    if (is_there) all += (all.empty() ? "" : ", ") + std::string(name);
  return all;
}

// "She left." above "-----" is a sentence before a scene break: nobody ends a heading with a full stop.
bool MarkdownWords::is_sentence_over_dashes() const {
  if (!is_second_heading_ || block_start_ >= read_) return false;
  const auto line = text_.rfind('\n', block_start_);
  const auto first =
      text_.substr(line == text_.npos ? 0 : line + 1, block_start_ - (line == text_.npos ? 0 : line + 1));
  if (first.find('#') != first.npos) return false;
  const auto words = text_.substr(block_start_, read_ - block_start_);
  constexpr std::string_view kEnds[] = {".", "!", "?", "\"", "\u201d", "\u2019", "\u2026"};
  return words.find('\n') != words.npos ||
         std::ranges::any_of(kEnds, [&](std::string_view end) { return words.ends_with(end); });
}

void MarkdownWords::write_html_block() {
  is_html_ = false;
  write_html({from_, html_.start, html_.end, name_}, draft_, writer_);
}

void MarkdownWords::close(MD_BLOCKTYPE kind) {
  if (kind == MD_BLOCK_CODE || kind == MD_BLOCK_TABLE) --left_out_;
  if (kind == MD_BLOCK_HTML) write_html_block();
  if (kind == MD_BLOCK_H) {
    writer_.end_heading();
    if (is_sentence_over_dashes() && !draft_.headings.empty())
      draft_.headings.pop_back(), writer_.scene_break();
  }
  writer_.end_block();
}

void MarkdownWords::add(MD_TEXTTYPE kind, std::string_view piece) {
  const auto place = place_of(piece);
  if (is_html_) {
    if (place && html_.end == 0) html_.start = *place;
    if (place) html_.end = *place + piece.size();
    return;
  }
  if (left_out_ > 0 || kind == MD_TEXT_HTML || kind == MD_TEXT_NULLCHAR) return;
  if (kind == MD_TEXT_BR || kind == MD_TEXT_SOFTBR) return writer_.end_line();
  if (place && block_start_ == std::string::npos) block_start_ = *place;
  if (place) read_ = *place + piece.size();
  const auto decoded = kind == MD_TEXT_ENTITY ? decode_entity(piece) : std::string();
  if (place && decoded.empty())
    writer_.add(from_, *place, *place + piece.size());
  else if (place)
    writer_.put(decoded, from_.source_of(*place, *place + piece.size()));
  else
    writer_.put(piece, from_.source_of(read_, read_));
}

void MarkdownWords::parse() {
  MD_PARSER events{};
  events.flags = MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_NOINDENTEDCODEBLOCKS;
  events.enter_block = [](MD_BLOCKTYPE kind, void* detail, void* self) {
    return static_cast<MarkdownWords*>(self)->open(kind, detail), 0;
  };
  events.leave_block = [](MD_BLOCKTYPE kind, void*, void* self) {
    return static_cast<MarkdownWords*>(self)->close(kind), 0;
  };
  events.enter_span = [](MD_SPANTYPE kind, void*, void* self) {
    return static_cast<MarkdownWords*>(self)->open(kind), 0;
  };
  events.leave_span = [](MD_SPANTYPE kind, void*, void* self) {
    return static_cast<MarkdownWords*>(self)->left_out_ -= kind == MD_SPAN_IMG, 0;
  };
  events.text = [](MD_TEXTTYPE kind, const MD_CHAR* text, MD_SIZE size, void* self) {
    return static_cast<MarkdownWords*>(self)->add(kind, {text, size}), 0;
  };
  const auto body = text_.substr(start_);
  if (md_parse(body.data(), static_cast<MD_SIZE>(body.size()), &events, this) != 0)
    throw Error(std::string(name_), "cannot be read as Markdown");
}

}  // namespace

Draft read_markdown(const SourceFile& file) {
  Draft draft;
  auto decoded = decode_text(file.bytes, file.name);
  draft.notes = std::move(decoded.notes);
  const auto start = read_front_matter(decoded.text.text(), draft.title);
  MarkdownWords words(decoded.text, start, draft, file.name);
  words.parse();
  if (const auto left_out = words.left_out(); !left_out.empty())
    draft.notes.push_back("left out: Markdown's " + left_out);
  return draft;
}

}  // namespace s2m
