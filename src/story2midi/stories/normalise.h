// Text as a reader takes it, however it was typed: one kind of line end and apostrophe, nothing invisible, form C.
#pragma once

#include <string>
#include <string_view>

#include "story2midi/stories/mapped_text.h"

namespace s2m {

// - Line ends (CR, CR LF, U+0085, U+2028) become "\n", a paragraph's end (U+2029) a blank line.
// - Soft hyphens, zero-width spaces, byte-order and direction marks go.
// - What stands for an apostrophe inside a word (U+2019, U+02BC, a grave accent, &rsquo; and others) becomes "'".
// - Negations without their apostrophe (dont, wasnt) get it; "cant" and "wont", which are words, only after a pronoun.
// - Named marks of HTML (&mdash;, &nbsp;, &amp; and others) become what they name.
// - The text becomes normalisation form C.
// Well-formed UTF-8 is expected; other bytes stay as they are. Normal text stays the same bytes.
MappedText normalise(const MappedText& text);
std::string normal_text(std::string_view utf8);

}  // namespace s2m
