// A story cut into passages: its sentences, of which very short ones are joined and very long ones are cut.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace s2m {

// What begins with a passage.
enum class PassageStart : std::uint8_t {
  kSentence,   // a sentence, or a part of one
  kParagraph,  // also a paragraph
  kPart,       // also a chapter, a scene or a section
};

// A stretch of a story. `text` is what a reader reads: without white space at either end, without markup.
struct Passage {
  std::string text;
  std::size_t start_byte = 0;  // half-open range in the story's source (Story::source)
  std::size_t end_byte = 0;
  std::optional<double> start_seconds = {};  // where the source has times (subtitles): from the story's start
  std::optional<double> end_seconds = {};
  std::string heading = {};  // of the part that begins in it; of several, the last
  std::string speaker = {};  // who speaks in it, in the order of speaking, separated by ", "
  PassageStart starts = PassageStart::kSentence;
  bool operator==(const Passage&) const = default;
};

// Words stand between white space; an ideograph or kana counts as one, and so does each 24 bytes of a longer
// word.
struct PassageOptions {
  std::size_t target_words = 3;  // sentences are added until a passage has about so many words
  std::size_t max_words = 120;   // a longer sentence is cut at a clause or word
};

// Throws Error for text that is empty, not UTF-8 or holds a NUL (naming the byte), or is larger than
// limits::kMostStoryBytes.
void check_story(std::string_view utf8, std::string_view name = "text");

// Sentences of a story (abbreviations, quotes, ellipses and paragraph breaks understood), in order.
std::vector<Passage> split_sentences(std::string_view story);

// Sentences grouped into passages; a paragraph break is preferred as a border. Checks the story first.
// Throws Error for options other than 0 < target_words <= max_words.
std::vector<Passage> split_passages(std::string_view story, const PassageOptions& options = {});

// The text with each run of white space (a wrapped line's end, an indent) as one space: what an encoder
// reads.
std::string single_spaced(std::string_view text);

}  // namespace s2m
