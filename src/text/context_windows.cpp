#include "text/context_windows.h"

namespace s2m {
namespace {

// The widest window that keeps piece `kept` with up to a quarter of it as context before.
ContextWindow window_around(std::span<const std::size_t> lengths, std::size_t most, std::size_t kept) {
  ContextWindow window{kept, kept + 1, kept, kept + 1};
  std::size_t held = lengths[kept], before = 0;
  while (window.first > 0 && before + lengths[window.first - 1] <= most / 4 &&
         held + lengths[window.first - 1] <= most) {
    before += lengths[--window.first];
    held += lengths[window.first];
  }
  while (window.last < lengths.size() && held + lengths[window.last] <= most) held += lengths[window.last++];
  return window;
}

}  // namespace

std::vector<ContextWindow> context_windows(std::span<const std::size_t> lengths, std::size_t most) {
  std::vector<ContextWindow> windows;
  for (std::size_t kept = 0; kept < lengths.size(); kept = windows.back().keep_last) {
    ContextWindow window = window_around(lengths, most, kept);
    window.keep_last = window.last;
    const bool text_goes_on = window.last < lengths.size() && lengths[window.last] <= most;
    for (std::size_t behind = 0; text_goes_on && behind < most / 4 && window.keep_last > kept + 1;)
      behind += lengths[--window.keep_last];
    windows.push_back(window);
  }
  return windows;
}

}  // namespace s2m
