#include "story2midi/stories/story.h"

#include <utility>

#include "story2midi/base/files.h"

namespace s2m {

Story story_of(std::string source, StoryFormat, std::string_view name) {
  check_story(source, name);
  Story story;
  story.passages = split_passages(source);
  story.source = std::move(source);
  return story;
}

Story read_story(const std::filesystem::path& file) {
  return story_of(read_text(file, kMaxStoryBytes), StoryFormat::kText, file.string());
}

}  // namespace s2m
