// The file formats that stories come in: one line each.
#pragma once

#include <optional>
#include <string_view>

#include "story2midi/stories/draft.h"
#include "story2midi/stories/story.h"

namespace s2m {

struct StoryReader {
  StoryFormat format;
  Draft (*read)(const SourceFile& file);  // throws Error
};
const StoryReader& reader_of(StoryFormat format);

// By an ending such as ".md", in any case.
std::optional<StoryFormat> format_of_ending(std::string_view ending);

// Whether the bytes are those of an EPUB.
bool looks_like_epub(std::string_view bytes);

// Throws Error for bytes of a kind that holds no text to read as it stands: what it looks like, and how to convert it.
void refuse_other_kinds(std::string_view bytes, std::string_view name);

}  // namespace s2m
