// A token of a text.
#pragma once

#include <cstddef>
#include <cstdint>

namespace s2m {

using TokenId = std::int32_t;

struct Token {
  TokenId id = 0;
  std::size_t begin = 0, end = 0;  // bytes of the source, half-open
  bool operator==(const Token&) const = default;
};

}  // namespace s2m
