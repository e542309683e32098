#include "story2midi/reading/windows.h"

#include <algorithm>

namespace s2m {
namespace {

// Tokens of one passage that stand in one window.
struct Piece {
  std::size_t passage = 0;
  std::span<const TokenId> tokens;
};

std::vector<Piece> pieces_of(std::span<const std::vector<TokenId>> passages, std::size_t longest) {
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < passages.size(); ++i) {
    std::span<const TokenId> left = passages[i];
    do {
      const auto size = std::min(left.size(), longest);
      pieces.push_back({i, left.first(size)});
      left = left.subspan(size);
    } while (!left.empty());
  }
  return pieces;
}

}  // namespace

std::vector<Window> windows_of(std::span<const std::vector<TokenId>> passages, const WindowEnds& ends,
                               std::size_t longest) {
  const auto pieces = pieces_of(passages, longest - 2);
  std::vector<Window> windows;
  for (std::size_t next = 0; next < pieces.size();) {
    Window window;
    auto& ids = window.reading.ids;
    ids.push_back(ends.first);
    do {
      const auto& [passage, tokens] = pieces[next++];
      const auto first = ids.size();
      ids.insert(ids.end(), tokens.begin(), tokens.end());
      window.reading.parts.push_back(tokens.empty() ? ReadingPart{0, 1} : ReadingPart{first, ids.size()});
      window.passages.push_back(passage);
    } while (next < pieces.size() && ids.size() + pieces[next].tokens.size() < longest);
    ids.push_back(ends.last);
    if (window.passages.size() == 1) window.reading.parts.front() = {0, ids.size()};
    windows.push_back(std::move(window));
  }
  return windows;
}

}  // namespace s2m
