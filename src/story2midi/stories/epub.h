// EPUB 2 and 3.
#pragma once

#include "story2midi/stories/draft.h"

namespace s2m {

// The documents of the spine, in reading order; the draft's ranges point into their text (Draft::source). Navigation,
// cover and copyright pages and what is not linear are left out. A document without a heading gets its name from the
// table of contents. Throws Error for a book that is broken or encrypted, or is larger than 10,000 documents of 16 MiB,
// 128 MiB in all and 16 MiB of text.
Draft read_epub(const SourceFile& file);

}  // namespace s2m
