#include "apps/serve/byte_range.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "apps/serve/problem.h"

namespace s2m::serve {
namespace {

// All of the text as a number of bytes; none: it is no such number.
std::optional<std::size_t> number_in(std::string_view text) {
  std::size_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || end != text.data() + text.size()) return std::nullopt;
  return fault == std::errc{} ? value : static_cast<std::size_t>(-1);  // one that is too large for the type
}

}  // namespace

std::optional<ByteRange> byte_range(std::string_view header, std::size_t size) {
  constexpr std::string_view kUnit = "bytes=";
  const auto dash = header.find('-');
  if (!header.starts_with(kUnit) || dash == header.npos) return std::nullopt;
  const auto first_text = header.substr(kUnit.size(), dash - kUnit.size()),
             last_text = header.substr(dash + 1);
  const auto first = number_in(first_text), last = number_in(last_text);
  const bool is_open = first && last_text.empty(), is_tail = last && first_text.empty();
  if (!is_open && !is_tail && (!first || !last || *last < *first)) return std::nullopt;
  const auto begin = is_tail ? size - std::min(*last, size) : *first;
  const auto end = is_open || is_tail ? size : std::min(*last, size - 1) + 1;
  if (begin >= size)
    throw Refused({416, "Range", "is beyond the file", fmt::format("a range of {} bytes", size),
                   std::string(header.substr(0, 60))});
  return ByteRange{begin, end};
}

}  // namespace s2m::serve
