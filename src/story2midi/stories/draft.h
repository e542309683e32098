// What a reader of one file format finds: the words that a person reads, and the structure around them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/stories/mapped_text.h"
#include "story2midi/stories/story.h"

namespace s2m {

// A file's bytes; `name` stands for them in errors.
struct SourceFile {
  std::string_view bytes;
  std::string_view name;
};

struct DraftHeading {
  PartKind kind = PartKind::kChapter;
  std::string text;  // empty for a scene break
  SourceRange range = {};
  std::size_t at = 0;  // where it begins in the draft's text
};

// Words that are spoken at a time or by somebody.
struct DraftSpeech {
  SourceRange range = {};
  std::optional<double> start_seconds = {}, end_seconds = {};
  std::string speaker = {};
};

struct Draft {
  MappedText text = {};  // a blank line between blocks
  std::string title = {};
  std::vector<DraftHeading> headings = {};  // in order
  std::vector<DraftSpeech> speeches = {};   // in order
  std::vector<std::string> notes = {};
  std::optional<std::string> source =
      {};  // where the ranges do not point into the file's bytes: what they point into
};

// Writes a draft's text block by block.
class DraftWriter {
 public:
  explicit DraftWriter(Draft& draft) : draft_(draft) {}

  // What comes next stands in a new paragraph, or on a new line. Nothing is written where no text follows.
  void end_block() { pending_ = 2; }
  void end_line() { pending_ = pending_ == 2 ? 2 : 1; }
  // from[start, end), which stands in the source.
  void add(const MappedText& from, std::size_t start, std::size_t end);
  // Text that stands for a part of the source.
  void put(std::string_view text, SourceRange from);

  // What is written between the two is a heading as well; one without text is dropped.
  void begin_heading(PartKind kind);
  void end_heading();
  void scene_break();

 private:
  void separate();

  Draft& draft_;
  int pending_ = 0;  // line ends to come
  std::optional<DraftHeading> heading_;
  std::size_t heading_start_ = 0;
};

// Calls visit(start, end) for each line, without its end: LF, CR or CR LF.
template <class Visit>
void for_each_line_of(std::string_view text, Visit visit) {
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find_first_of("\r\n", start), text.size());
    visit(start, end);
    start = end + (text.substr(end).starts_with("\r\n") ? 2 : 1);
  }
}

std::string_view trimmed(std::string_view text);  // without white space (as of Unicode) at either end
std::string upper_case(std::string_view ascii);

}  // namespace s2m
