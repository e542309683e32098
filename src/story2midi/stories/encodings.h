// Bytes in whatever encoding a text was saved, as UTF-8.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/stories/mapped_text.h"

namespace s2m {

struct DecodedText {
  MappedText text;                 // well-formed UTF-8 without NUL
  std::vector<std::string> notes;  // what was converted, if anything was
};

// UTF-8; UTF-16 and UTF-32 by their byte-order mark (UTF-16 without one where every other byte is zero); Windows-1252
// where a Western text can be nothing else. Throws Error that names the byte for anything else.
DecodedText decode_text(std::string_view bytes, std::string_view name);

// Bytes of a named encoding, such as "iso-8859-1" (which is read as Windows-1252, as browsers do). What the encoding
// does not know becomes U+FFFD. Nothing for an encoding that is not known.
std::optional<MappedText> decode_as(std::string_view bytes, std::string_view encoding);

// The encoding that a byte-order mark states; empty without one.
std::string_view encoding_of_mark(std::string_view bytes);

}  // namespace s2m
