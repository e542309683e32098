// What the tests of file formats share.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "story2midi/base/error.h"
#include "story2midi/stories/story.h"

namespace s2m {

// All that is read, with single spaces.
inline std::string words_of(const Story& story) {
  std::string words;
  for (const auto& passage : story.passages)
    words += (words.empty() ? "" : " ") + single_spaced(passage.text);
  return words;
}

inline std::string read_words(const std::string& source, StoryFormat format = StoryFormat::kText) {
  return words_of(story_of(source, format));
}

inline std::vector<std::string> headings_of(const Story& story) {
  std::vector<std::string> headings;
  for (const auto& part : story.parts) headings.push_back(part.heading);
  return headings;
}

// The bytes of the source that a passage was taken from.
inline std::string taken_from(const Story& story, std::size_t passage) {
  const auto& found = story.passages.at(passage);
  return story.source.substr(found.start_byte, found.end_byte - found.start_byte);
}

inline std::string fault_of(const std::string& source, StoryFormat format = StoryFormat::kText) {
  try {
    story_of(source, format, "story");
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace s2m
