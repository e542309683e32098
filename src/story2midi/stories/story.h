// A story as the program reads it: its title, its parts and its passages, whatever file it came in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/stories/passages.h"

namespace s2m {

enum class PartKind : std::uint8_t {
  kChapter,  // a heading of the first or second level, or a line such as "CHAPTER II"
  kScene,    // a screenplay's scene heading, or a scene break (without a heading)
  kSection,  // a heading below a chapter
};

// Where a part of the story begins.
struct StoryPart {
  PartKind kind = PartKind::kChapter;
  std::string heading;            // without markup; empty for a scene break
  std::size_t start_byte = 0;     // in the story's source
  std::size_t first_passage = 0;  // the passage that holds its first word
  bool operator==(const StoryPart&) const = default;
};

struct Story {
  // What the byte ranges of parts and passages point into: the bytes that the user gave. For an EPUB it is the text of
  // its chapters in UTF-8, in reading order, a blank line between blocks.
  std::string source;
  std::string title;  // empty where the source states none
  std::vector<StoryPart> parts;
  std::vector<Passage> passages;
  // What was left out or converted, one line each, such as "left out: Project Gutenberg's header and licence".
  std::vector<std::string> notes;
  bool operator==(const Story&) const = default;
};

enum class StoryFormat : std::uint8_t { kText, kMarkdown, kHtml, kSubRip, kWebVtt, kFountain, kEpub };

// By a file's ending, in any case; plain text for an ending that is not known.
StoryFormat story_format_of(const std::filesystem::path& file);

// Reads the bytes of a file. `name` stands for them in errors. Bytes of an EPUB are read as one whatever `format` says.
// Throws Error for bytes that are no story of that format, and for kinds of files that cannot be read (PDF, office
// files, pictures and so on) with advice.
Story story_of(std::string source, StoryFormat format = StoryFormat::kText, std::string_view name = "text");

// Reads a file by its ending. Throws Error.
Story read_story(const std::filesystem::path& file);

}  // namespace s2m
