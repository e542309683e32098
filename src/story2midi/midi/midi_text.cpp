#include "story2midi/midi/midi_text.h"

#include <cstdint>

#include "story2midi/base/unicode.h"

namespace s2m {
namespace {

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    if (point.value == kMalformed) return false;
    at += point.length;
  }
  return true;
}

}  // namespace

std::string utf8_from_midi(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  std::string out;
  for (const char c : text) append_utf8(out, static_cast<std::uint8_t>(c));
  return out;
}

}  // namespace s2m
