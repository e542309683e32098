// Text that was taken out of a source, with the place in the source that each of its bytes comes from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace s2m {

// Bytes of a source, half open.
struct SourceRange {
  std::size_t start = 0;
  std::size_t end = 0;
  bool operator==(const SourceRange&) const = default;
};

// Grows at its end only; places in the source never go backwards. A source holds less than 4 GiB.
class MappedText {
 public:
  MappedText() = default;
  // A source that is its own text.
  explicit MappedText(std::string_view source) { copy(source, 0); }

  const std::string& text() const { return text_; }

  // Bytes that stand in the source as they are, from `start` on.
  void copy(std::string_view piece, std::size_t start);
  // Bytes that stand for others of the source: a decoded entity, a blank line between blocks.
  void put(std::string_view piece, SourceRange stands_for);
  // text[start, end) of another mapped text of the same source.
  void append(const MappedText& other, std::size_t start, std::size_t end);

  // What text[start, end) was taken from.
  SourceRange source_of(std::size_t start, std::size_t end) const;
  // The end of what was taken so far.
  std::size_t source_end() const;

 private:
  // From text byte `text` on, to the next run: bytes of the source from `source` on. Where both lengths are the same,
  // byte follows byte; else all of the text stands for all of the source.
  struct Run {
    std::uint32_t text, source, source_size;
  };
  std::size_t run_at(std::size_t at) const;
  std::size_t size_of(std::size_t run) const;

  std::string text_;
  std::vector<Run> runs_;
};

}  // namespace s2m
