// The emotions that another reader found in a story: for other languages and other models.
#pragma once

#include <filesystem>

#include "story2midi/reading/story_reading.h"
#include "story2midi/stories/story.h"

namespace s2m {

// A table (.tsv, .csv or .jsonl) with a row a passage, in the story's order. Columns: `valence` and `arousal`, -1 to 1;
// `start_byte` and `end_byte` of the story's source, or `text`, which stands in the story; optional `labels`, such as
// "joy 0.7, love 0.2" or a JSON object by name. Times, speakers and borders are those of the story. Throws Error naming
// the line.
StoryReading read_feel_table(const std::filesystem::path& table, const Story& story);

}  // namespace s2m
