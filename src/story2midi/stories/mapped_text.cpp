#include "story2midi/stories/mapped_text.h"

#include <algorithm>

namespace s2m {

std::size_t MappedText::size_of(std::size_t run) const {
  const std::size_t end = run + 1 < runs_.size() ? runs_[run + 1].text : text_.size();
  return end - runs_[run].text;
}

std::size_t MappedText::run_at(std::size_t at) const {
  const auto after =
      std::ranges::upper_bound(runs_, at, {}, [](const Run& run) -> std::size_t { return run.text; });
  return static_cast<std::size_t>(after - runs_.begin()) - 1;
}

std::size_t MappedText::source_end() const {
  return runs_.empty() ? 0 : std::size_t{runs_.back().source} + runs_.back().source_size;
}

void MappedText::copy(std::string_view piece, std::size_t start) {
  put(piece, {start, start + piece.size()});
}

void MappedText::put(std::string_view piece, SourceRange from) {
  if (piece.empty()) return;
  const std::size_t size = from.end - from.start;
  const bool follows = size == piece.size() && !runs_.empty() && from.start == source_end() &&
                       runs_.back().source_size == size_of(runs_.size() - 1);
  if (follows)
    runs_.back().source_size += static_cast<std::uint32_t>(size);
  else
    runs_.push_back({static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(from.start),
                     static_cast<std::uint32_t>(size)});
  text_ += piece;
}

void MappedText::append(const MappedText& other, std::size_t start, std::size_t end) {
  const std::string_view text = other.text_;
  for (std::size_t run = start < end ? other.run_at(start) : 0; start < end; ++run) {
    const std::size_t until = std::min(end, other.runs_[run].text + other.size_of(run));
    put(text.substr(start, until - start), other.source_of(start, until));
    start = until;
  }
}

SourceRange MappedText::source_of(std::size_t start, std::size_t end) const {
  if (runs_.empty()) return {};
  const std::size_t first = run_at(start);
  SourceRange range{runs_[first].source, runs_[first].source};
  if (runs_[first].source_size == size_of(first)) range.start += start - runs_[first].text;
  range.end = range.start;
  if (start >= end) return range;
  const std::size_t last = run_at(end - 1);
  range.end =
      runs_[last].source + (runs_[last].source_size == size_of(last) ? end - runs_[last].text
                                                                     : std::size_t{runs_[last].source_size});
  return range;
}

}  // namespace s2m
