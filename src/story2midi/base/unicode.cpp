#include "story2midi/base/unicode.h"

#include <utf8proc.h>

#include <array>
#include <cstdlib>
#include <memory>

namespace s2m {
namespace {

constexpr bool is_white_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
         c == 0x3000;
}

CharClass look_up_class(char32_t c) {
  if (is_white_space(c)) return CharClass::kSpace;
  if (c == kMalformed) return CharClass::kOther;
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  if (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) return CharClass::kLetter;
  if (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO) return CharClass::kNumber;
  return CharClass::kOther;
}

// A constant, so that a story which a program makes before main() is read like any other.
constexpr std::array<CharClass, 128> kAsciiClasses = [] {
  std::array<CharClass, 128> classes{};
  for (char32_t c = 0; c < 128; ++c) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'), is_digit = c >= '0' && c <= '9';
    classes[c] = is_white_space(c) ? CharClass::kSpace
                 : is_letter       ? CharClass::kLetter
                 : is_digit        ? CharClass::kNumber
                                   : CharClass::kOther;
  }
  return classes;
}();

// Bytes of the sequence that `lead` begins, and the range its second byte must lie in.
struct Lead {
  std::size_t length;
  unsigned low, high;
};

Lead lead_of(unsigned lead) {
  if (lead < 0x80) return {1, 0, 0};
  if (lead < 0xc2) return {0, 0, 0};
  if (lead < 0xe0) return {2, 0x80, 0xbf};
  if (lead < 0xf0) return {3, lead == 0xe0 ? 0xa0u : 0x80u, lead == 0xed ? 0x9fu : 0xbfu};
  if (lead < 0xf5) return {4, lead == 0xf0 ? 0x90u : 0x80u, lead == 0xf4 ? 0x8fu : 0xbfu};
  return {0, 0, 0};
}

utf8proc_category_t category_of(char32_t c) {
  return c < 0x110000 ? utf8proc_category(static_cast<utf8proc_int32_t>(c)) : UTF8PROC_CATEGORY_CN;
}

bool is_category(char32_t c, utf8proc_category_t category) { return category_of(c) == category; }

bool is_ascii_symbol(char32_t c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

}  // namespace

CodePoint code_point_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return {first, 1};
  const auto [length, low, high] = lead_of(first);
  if (length == 0 || text.size() - at < length || byte(1) < low || byte(1) > high) return {};
  char32_t value = first & (0x7fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3f);
  }
  return {value, length};
}

CharClass char_class(char32_t c) { return c < 128 ? kAsciiClasses[c] : look_up_class(c); }

bool is_blank(char32_t c) {
  constexpr char32_t kByteOrderMark = 0xfeff;
  return c == kByteOrderMark || char_class(c) == CharClass::kSpace;
}

std::size_t skip_blanks(std::string_view text, std::size_t start) {
  while (start < text.size()) {
    const auto [value, length] = code_point_at(text, start);
    if (!is_blank(value)) break;
    start += length;
  }
  return start;
}

std::size_t end_before_blanks(std::string_view text, std::size_t start, std::size_t end) {
  std::size_t kept = start;
  for (std::size_t at = start; at < end;) {
    const auto [value, length] = code_point_at(text, at);
    at += length;
    if (!is_blank(value)) kept = at;
  }
  return kept;
}

bool is_upper(char32_t c) {
  return is_category(c, UTF8PROC_CATEGORY_LU) || is_category(c, UTF8PROC_CATEGORY_LT);
}
bool is_lower(char32_t c) { return is_category(c, UTF8PROC_CATEGORY_LL); }

bool is_punctuation(char32_t c) {
  if (c < 128) return is_ascii_symbol(c);
  const auto category = category_of(c);
  return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO;
}
bool is_nonspacing_mark(char32_t c) { return is_category(c, UTF8PROC_CATEGORY_MN); }
bool is_invisible(char32_t c) {
  return is_category(c, UTF8PROC_CATEGORY_CC) || is_category(c, UTF8PROC_CATEGORY_CF) ||
         is_category(c, UTF8PROC_CATEGORY_CO);
}

char32_t lower_case(char32_t c) {
  return c < 0x110000 ? static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c))) : c;
}

int combining_class(char32_t c) {
  return c < 0x110000 ? utf8proc_get_property(static_cast<utf8proc_int32_t>(c))->combining_class : 0;
}

void append_decomposed(std::u32string& text, char32_t c) {
  constexpr std::size_t kMost = 32;  // the longest decomposition has four
  std::array<utf8proc_int32_t, kMost> parts{};
  int last_boundary = 0;
  const auto count = c < 0x110000 ? utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), parts.data(),
                                                            kMost, UTF8PROC_DECOMPOSE, &last_boundary)
                                  : 0;
  if (count <= 0) text += c;
  for (std::ptrdiff_t i = 0; i < count; ++i)
    text += static_cast<char32_t>(parts[static_cast<std::size_t>(i)]);
}

std::string nfc(std::string_view utf8) {
  utf8proc_uint8_t* composed = nullptr;
  const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(utf8.data()),
                                 static_cast<utf8proc_ssize_t>(utf8.size()), &composed,
                                 static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(composed, &std::free);
  if (size < 0) return std::string(utf8);
  return {reinterpret_cast<const char*>(composed), static_cast<std::size_t>(size)};
}

bool joins_previous(char32_t c) {
  if (c < 0x300) return false;
  if (c >= 0x1160 && c <= 0x11ff) return true;
  if (c >= 0x110000) return false;
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
}

void append_utf8(std::string& text, char32_t code_point) {
  utf8proc_uint8_t bytes[4];
  const auto length = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code_point), bytes);
  text.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
}

std::string printable(std::string_view text) {
  constexpr char32_t kReplacement = 0xfffd;
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto [value, length] = code_point_at(text, at);
    at += length;
    const bool is_control = value < 0x20 || (value >= 0x7f && value < 0xa0);
    const bool is_excluded = value == kMalformed || value == 0xfffe || value == 0xffff;
    append_utf8(out, is_control || is_excluded ? kReplacement : value);
  }
  return out;
}

}  // namespace s2m
