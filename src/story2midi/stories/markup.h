// Readers of text with markup.
#pragma once

#include "story2midi/stories/draft.h"

namespace s2m {

// Markdown (CommonMark 0.30, tables, strike-through). Paragraphs, quotations and items of lists are read, headings are
// chapters and sections, rules are scene breaks. Link targets, pictures, tables, code blocks and HTML's tags are left
// out, and a block of "---" at the top, whose title is taken. A sentence above a line of dashes is no heading.
Draft read_markdown(const SourceFile& file);

// HTML, well formed or not, in the encoding that it states. Headings are chapters (h1, h2) and sections, hr is a scene
// break. Scripts, styles, forms, navigation, code blocks, pictures and what is hidden are left out.
Draft read_html(const SourceFile& file);

// HTML that stands in text[start, end) of the source `name`.
struct HtmlPart {
  const MappedText& text;
  std::size_t start;
  std::size_t end;
  std::string_view name;
};

// The words of the part are written as blocks; the draft gets its title if it has none. Throws Error for elements that
// stand in more than 512 others.
void write_html(const HtmlPart& part, Draft& draft, DraftWriter& writer);

// The characters that &NAME; or &#NUMBER; stands for, in UTF-8; empty for a name that HTML does not know.
std::string decode_entity(std::string_view entity);

}  // namespace s2m
