// Windows of a story: one pass of the encoder reads as many passages as fit, so that each is read with its neighbours in
// sight.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "story2midi/nn/encoder.h"
#include "story2midi/tokenizers/token.h"

namespace s2m {

inline constexpr std::size_t kLongestWindow = 256;  // tokens, with <s> and </s>

struct Window {
  SharedReading reading;              // its parts are passages
  std::vector<std::size_t> passages;  // the passage of each part, in order
};

struct WindowEnds {
  TokenId first = 0, last = 0;  // <s> and </s>
};

// Windows over the tokens of passages in order: each takes as many passages as fit `longest` tokens, with <s> and </s>. A
// passage of more than a window's tokens has several parts. A window of one passage pools <s> and </s> too, as a text by
// itself. An empty passage has one token, <s>.
std::vector<Window> windows_of(std::span<const std::vector<TokenId>> passages, const WindowEnds& ends,
                               std::size_t longest = kLongestWindow);

}  // namespace s2m
