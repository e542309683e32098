#include "story2midi/tokenizers/pretokens.h"

#include <array>
#include <utility>

#include "story2midi/base/unicode.h"

namespace s2m {
namespace {

struct Run {
  std::size_t end;   // byte after the last character of the class
  std::size_t last;  // byte where that character begins
};

Run run_of(std::string_view text, std::size_t start, CharClass wanted) {
  Run run{start, start};
  while (run.end < text.size()) {
    const auto [value, length] = code_point_at(text, run.end);
    if (char_class(value) != wanted) break;
    run = {run.end + length, run.end};
  }
  return run;
}

std::size_t contraction_length(std::string_view text) {
  for (const std::string_view ending : {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"})
    if (text.starts_with(ending)) return ending.size();
  return 0;
}

// Radford's bytes_to_unicode: printable Latin-1 stands for itself, the rest for U+0100 and on.
constexpr std::array<char32_t, 256> kAlphabet = [] {
  std::array<char32_t, 256> alphabet{};
  char32_t next = 0x100;
  for (char32_t byte = 0; byte < 256; ++byte) {
    const bool printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    alphabet[byte] = printable ? byte : next++;
  }
  return alphabet;
}();

constexpr int kNoByte = -1;

constexpr std::array<int, 0x144> kBytes = [] {
  std::array<int, 0x144> bytes{};
  bytes.fill(kNoByte);
  for (std::size_t byte = 0; byte < 256; ++byte) bytes[kAlphabet[byte]] = static_cast<int>(byte);
  return bytes;
}();

}  // namespace

std::size_t pretoken_end(std::string_view text, std::size_t start) {
  if (text[start] == '\'')
    if (const auto length = contraction_length(text.substr(start))) return start + length;
  const std::size_t body = start + (text[start] == ' ' && start + 1 < text.size() ? 1 : 0);
  const auto body_class = char_class(code_point_at(text, body).value);
  if (body_class != CharClass::kSpace) return run_of(text, body, body_class).end;
  const auto spaces = run_of(text, start, CharClass::kSpace);
  // The last space belongs to the word after it, when there are others before it.
  return spaces.end == text.size() || spaces.last == start ? spaces.end : spaces.last;
}

std::string to_byte_alphabet(std::string_view bytes) {
  std::string name;
  for (const char byte : bytes) append_utf8(name, kAlphabet[static_cast<unsigned char>(byte)]);
  return name;
}

bool append_from_byte_alphabet(std::string& bytes, std::string_view name) {
  for (std::size_t at = 0; at < name.size();) {
    const auto [value, length] = code_point_at(name, at);
    if (value >= kBytes.size() || kBytes[value] == kNoByte) return false;
    bytes += static_cast<char>(kBytes[value]);
    at += length;
  }
  return true;
}

std::optional<std::string> from_byte_alphabet(std::string_view name) {
  std::string bytes;
  return append_from_byte_alphabet(bytes, name) ? std::optional(std::move(bytes)) : std::nullopt;
}

}  // namespace s2m
