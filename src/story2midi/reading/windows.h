// Windows of a story: one pass of the encoder reads as many passages as fit, so that each is read with its neighbours in
// sight.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "story2midi/nn/encoder.h"
#include "story2midi/tokenizers/token.h"

namespace s2m {

// All in tokens.
struct WindowOptions {
  std::size_t longest = 256;  // with <s> and </s>
  std::size_t before = 0;     // at most so many of earlier passages are read again, as context
  std::size_t after = 0;      // at most so many of later passages are read ahead, as context
};

struct Window {
  SharedReading reading;  // its parts are the passages that this window reads, without their context
  std::vector<std::size_t> passages;  // the passage of each part, in order
};

struct WindowEnds {
  TokenId first = 0, last = 0;  // <s> and </s>
};

// Windows over the tokens of passages in order, so that each token is in one part. A passage of more than a window's
// tokens has several parts. A window of one passage without context pools <s> and </s> too, as a text by itself. An empty
// passage has one token, <s>.
std::vector<Window> windows_of(std::span<const std::vector<TokenId>> passages, const WindowEnds& ends,
                               const WindowOptions& options = {});

}  // namespace s2m
