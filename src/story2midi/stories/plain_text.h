// Plain text: its paragraphs, its chapters, and Project Gutenberg's pages around it.
#pragma once

#include <optional>

#include "story2midi/stories/draft.h"

namespace s2m {

// All of the text is read. Lines such as "CHAPTER II" and "* * *" between blank lines are parts.
Draft read_plain_text(const SourceFile& file);

// The kind of part that a paragraph of one line begins, if any.
std::optional<PartKind> part_of_line(std::string_view line);

// Leaves out what Project Gutenberg puts around a text (header, licence, transcribers' notes, the title page and the
// table of contents, marks of illustrations), takes the title from it and notes it. Other texts stay as they are.
void leave_out_gutenberg(Draft& draft);

}  // namespace s2m
