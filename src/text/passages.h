// A story cut into passages: sentences grouped into stretches that one reading of the encoder can hold.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace s2m {

struct Passage {
  std::string text;
  std::size_t start_byte = 0;  // half-open range in the story
  std::size_t end_byte = 0;
  bool operator==(const Passage&) const = default;
};

struct PassageOptions {
  std::size_t target_words = 60;  // sentences are added until a passage has about so many words
  std::size_t max_words = 120;    // a longer sentence is cut at a clause or word
};

// Throws Error for text that is empty, not UTF-8 (naming the byte) or larger than `kMaxStoryBytes`.
inline constexpr std::size_t kMaxStoryBytes = 16u << 20;
void check_story(std::string_view utf8, std::string_view name = "text");

// Sentences of a story (abbreviations, quotes, ellipses and paragraph breaks understood), in order.
std::vector<Passage> split_sentences(std::string_view story);

// Sentences grouped into passages; a paragraph break is preferred as a border. Checks the story first.
std::vector<Passage> split_passages(std::string_view story, const PassageOptions& options = {});

}  // namespace s2m
