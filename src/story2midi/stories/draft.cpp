#include "story2midi/stories/draft.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "story2midi/base/unicode.h"
#include "story2midi/stories/normalise.h"

namespace s2m {

void DraftWriter::separate() {
  const std::size_t end = draft_.text.source_end();
  if (!draft_.text.text().empty())
    draft_.text.put(pending_ == 2 ? "\n\n" : pending_ == 1 ? "\n" : "", {end, end});
  pending_ = 0;
  if (heading_ && heading_start_ == std::string::npos) heading_start_ = draft_.text.text().size();
}

void DraftWriter::add(const MappedText& from, std::size_t start, std::size_t end) {
  if (start >= end) return;
  separate();
  draft_.text.append(from, start, end);
}

void DraftWriter::put(std::string_view text, SourceRange from) {
  if (text.empty()) return;
  separate();
  draft_.text.put(text, from);
}

void DraftWriter::begin_heading(PartKind kind) {
  heading_ = DraftHeading{kind, {}, {}, 0};
  heading_start_ = std::string::npos;
}

void DraftWriter::end_heading() {
  auto heading = std::exchange(heading_, std::nullopt);
  if (!heading || heading_start_ == std::string::npos) return;
  const std::string_view text = draft_.text.text();
  heading->at = heading_start_;
  heading->range = draft_.text.source_of(heading_start_, text.size());
  heading->text = single_spaced(normal_text(text.substr(heading_start_)));
  if (!heading->text.empty()) draft_.headings.push_back(std::move(*heading));
}

void DraftWriter::scene_break() {
  end_block();
  const std::size_t at = draft_.text.source_end();
  draft_.headings.push_back({PartKind::kScene, {}, {at, at}, draft_.text.text().size()});
}

std::string_view trimmed(std::string_view text) {
  const std::size_t start = skip_blanks(text, 0);
  return text.substr(start, end_before_blanks(text, start, text.size()) - start);
}

std::string upper_case(std::string_view ascii) {
  std::string upper(ascii);
  std::ranges::transform(upper, upper.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return upper;
}

}  // namespace s2m
