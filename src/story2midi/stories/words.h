// The length of a text in words.
#pragma once

#include <cstddef>
#include <string_view>

namespace s2m {

// Stretches between white space (blanks, tabs, line ends).
std::size_t word_count(std::string_view text);

}  // namespace s2m
