// Two neighbouring tokens: what a merge joins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "story2midi/base/random.h"
#include "story2midi/tokenizers/token.h"

namespace s2m {

using TokenPair = std::pair<TokenId, TokenId>;

struct TokenPairHash {
  std::size_t operator()(const TokenPair& pair) const {
    return mix_bits(static_cast<std::uint64_t>(pair.first) << 32 | static_cast<std::uint32_t>(pair.second));
  }
};

}  // namespace s2m
