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

// As read_words, with a blank line between paragraphs.
inline std::string text_of(const Story& story) {
  std::string text;
  for (const auto& passage : story.passages)
    text += (text.empty() ? "" : passage.starts == PassageStart::kSentence ? " " : "\n\n") + passage.text;
  return text;
}

// Who speaks, in order.
inline std::string speakers_of(const Story& story) {
  std::string speakers;
  for (const auto& passage : story.passages)
    if (!passage.speaker.empty() && speakers.find(passage.speaker) == speakers.npos)
      speakers += (speakers.empty() ? "" : ", ") + passage.speaker;
  return speakers;
}

// The bytes of the source that the passages were taken from.
inline std::string taken_from(const Story& story) {
  const auto start = story.passages.front().start_byte;
  return story.source.substr(start, story.passages.back().end_byte - start);
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
