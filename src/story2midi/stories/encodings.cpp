#include "story2midi/stories/encodings.h"

#include <fmt/format.h>
#include <iconv.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <memory>

#include "story2midi/base/error.h"
#include "story2midi/base/unicode.h"

namespace s2m {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kReplacement = "\ufffd";

struct Fault {
  std::size_t at = 0;
  char32_t value = kMalformed;
};

// The first byte that is no UTF-8 text.
std::optional<Fault> first_fault(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const auto [value, length] = code_point_at(bytes, at);
    if (value == kMalformed || value == 0) return Fault{at, value};
    at += length;
  }
  return std::nullopt;
}

// Text of one byte a letter and one zero byte beside each.
std::string_view unmarked_utf16(std::string_view bytes) {
  std::size_t zeros[2] = {};
  for (std::size_t at = 0; at < bytes.size(); ++at) zeros[at % 2] += bytes[at] == 0;
  const std::size_t half = bytes.size() / 4;
  if (bytes.size() % 2 != 0 || bytes.size() < 4) return {};
  if (zeros[0] == 0 && zeros[1] > half) return "UTF-16LE";
  if (zeros[1] == 0 && zeros[0] > half) return "UTF-16BE";
  return {};
}

// A Western text has few letters beyond ASCII, and none of the bytes that Windows-1252 leaves out. A text with more
// well-formed characters than malformed ones is UTF-8 that was damaged.
bool is_windows_1252(std::string_view bytes) {
  std::size_t high = 0, letters = 0, well_formed = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto [value, length] = code_point_at(bytes, at);
    const auto byte = static_cast<unsigned char>(bytes[at]);
    if ((byte < 0x20 && "\t\n\v\f\r"sv.find(bytes[at]) == std::string_view::npos) ||
        (length == 1 && "\x81\x8d\x8f\x90\x9d"sv.find(bytes[at]) != std::string_view::npos))
      return false;
    letters += std::isalpha(byte) && byte < 0x80;
    high += value == kMalformed;
    well_formed += length > 1;
    at += length;
  }
  constexpr std::size_t kLettersPerHighByte = 6;
  return high > well_formed && high * kLettersPerHighByte <= letters;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

// Bytes that begin no character are replaced one by one.
MappedText repaired_utf8(std::string_view bytes) {
  MappedText text;
  std::size_t copied = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto [value, length] = code_point_at(bytes, at);
    if (value == kMalformed || value == 0) {
      text.copy(bytes.substr(copied, at - copied), copied);
      text.put(kReplacement, {at, at + 1});
      copied = at + 1;
    }
    at += length;
  }
  text.copy(bytes.substr(copied), copied);
  return text;
}

struct CloseConverter {
  void operator()(void* converter) const { iconv_close(converter); }
};

}  // namespace

std::string_view encoding_of_mark(std::string_view bytes) {
  if (bytes.starts_with("\xef\xbb\xbf"sv)) return "UTF-8";
  if (bytes.starts_with("\xff\xfe\0\0"sv)) return "UTF-32LE";
  if (bytes.starts_with("\0\0\xfe\xff"sv)) return "UTF-32BE";
  if (bytes.starts_with("\xff\xfe"sv)) return "UTF-16LE";
  if (bytes.starts_with("\xfe\xff"sv)) return "UTF-16BE";
  return {};
}

std::optional<MappedText> decode_as(std::string_view bytes, std::string_view encoding) {
  auto name = lower_case(encoding);
  if (name == "utf-8" || name == "utf8") return repaired_utf8(bytes);
  if (name == "iso-8859-1" || name == "latin1" || name == "us-ascii" || name == "ascii")
    name = "windows-1252";
  const auto opened = iconv_open("UTF-8", name.c_str());
  if (opened == reinterpret_cast<iconv_t>(-1)) return std::nullopt;
  const std::unique_ptr<void, CloseConverter> converter(opened);
  MappedText text;
  char* in = const_cast<char*>(bytes.data());  // iconv's signature; it does not write there
  std::size_t left = bytes.size();
  const auto position = [&] { return bytes.size() - left; };
  while (left > 0) {
    const std::size_t start = position();
    char character[4];  // one at a time, so that each knows its bytes
    char* out = character;
    errno = E2BIG;
    for (std::size_t size = 1; size <= sizeof character && position() == start && errno == E2BIG; ++size) {
      std::size_t room = size;
      out = character;
      if (iconv(converter.get(), &in, &left, &out, &room) != static_cast<std::size_t>(-1)) break;
    }
    const std::string_view piece(character, static_cast<std::size_t>(out - character));
    if (piece.find('\0') == piece.npos) text.put(piece, {start, position()});
    if (position() > start) continue;
    text.put(kReplacement, {start, start + 1});
    ++in, --left;
  }
  return text;
}

DecodedText decode_text(std::string_view bytes, std::string_view name) {
  auto encoding = encoding_of_mark(bytes);
  const auto fault = first_fault(bytes);
  if (!fault) return {MappedText(bytes), {}};
  if (encoding.empty() || encoding == "UTF-8") encoding = fault->value == 0 ? unmarked_utf16(bytes) : "";
  if (encoding.empty() && fault->value != 0 && is_windows_1252(bytes)) encoding = "Windows-1252";
  if (encoding.empty())
    throw Error(fmt::format("{}: byte {}", name, fault->at), fault->value == 0 ? "NUL byte" : "not UTF-8",
                "UTF-8 text (another encoding: iconv -f ENCODING -t UTF-8)",
                fmt::format("0x{:02x}", static_cast<unsigned char>(bytes[fault->at])));
  auto text = decode_as(bytes, encoding);
  if (!text)
    throw Error(ErrorKind::kUnsupported, std::string(name), "cannot be converted to UTF-8", "UTF-8 text",
                std::string(encoding));
  return {std::move(*text), {fmt::format("converted from {}", encoding)}};
}

}  // namespace s2m
