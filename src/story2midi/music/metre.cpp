#include "story2midi/music/metre.h"

#include <charconv>

#include "story2midi/base/error.h"

namespace s2m {

std::string name_of(Metre metre) {
  return std::to_string(metre.numerator) + "/" + std::to_string(metre.denominator);
}

Metre parse_metre(std::string_view text) {
  Metre metre;
  const char *const begin = text.data(), *const end = begin + text.size();
  const auto [slash, above_fault] = std::from_chars(begin, end, metre.numerator);
  const bool is_ratio = above_fault == std::errc() && slash != end && *slash == '/';
  const auto [after, below_fault] = std::from_chars(is_ratio ? slash + 1 : end, end, metre.denominator);
  const auto within = [](int number, int most) { return number >= 1 && number <= most; };
  if (!is_ratio || below_fault != std::errc() || after != end || !within(metre.numerator, 255) ||
      !within(metre.denominator, 128))
    throw Error("metre", "not a time signature", "such as 4/4 or 6/8",
                "'" + std::string(text.substr(0, 40)) + "'");
  return metre;
}

}  // namespace s2m
