// A metre: the numerator and denominator of a time signature, such as 6/8.
#pragma once

#include <string>
#include <string_view>

namespace s2m {

struct Metre {
  int numerator = 4;
  int denominator = 4;
  bool operator==(const Metre&) const = default;
};

std::string name_of(Metre metre);  // "6/8"

// The inverse of name_of, for numerators from 1 to 255 and denominators from 1 to 128. Throws Error.
Metre parse_metre(std::string_view text);

}  // namespace s2m
