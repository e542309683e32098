// Where the sentences of a story begin and end.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace s2m {

struct Sentence {
  std::size_t start_byte = 0;  // half-open range without white space at either end; never empty
  std::size_t end_byte = 0;
  bool starts_paragraph = false;
};

// Paragraphs end at blank lines, or at every line's end where lines are too long to have been wrapped. A
// sentence ends at a stop (with the quotes and brackets that close after it) unless the stop belongs to an
// abbreviation, an initial or a number, or the text goes on in lower case. Any bytes are allowed.
std::vector<Sentence> find_sentences(std::string_view story);

}  // namespace s2m
