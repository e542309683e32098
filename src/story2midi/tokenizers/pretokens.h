// GPT-2's cut of text into the pieces inside which byte pairs may merge (Radford et al. 2019):
//   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
// and the printable alphabet that its vocabulary files write bytes in.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace s2m {

// The end of the piece that begins at byte `start` (< text.size()). Malformed bytes are symbols like any
// other.
std::size_t pretoken_end(std::string_view text, std::size_t start);

// Calls visit(std::string_view piece) for each piece in order; together they are the text.
template <class Visit>
void for_each_pretoken(std::string_view text, Visit visit) {
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = pretoken_end(text, start);
    visit(text.substr(start, end - start));
    start = end;
  }
}

// Bytes written in the alphabet of vocab.json (a space is "Ġ"), and back (nothing for a foreign character).
std::string to_byte_alphabet(std::string_view bytes);
// Behind what stands in `bytes`; false, and only a part of it, where a character is foreign.
bool append_from_byte_alphabet(std::string& bytes, std::string_view name);
std::optional<std::string> from_byte_alphabet(std::string_view name);

}  // namespace s2m
