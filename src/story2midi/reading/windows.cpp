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

// The first of the pieces that end before `end` and together have at most `most` tokens.
std::size_t context_before(std::span<const Piece> pieces, std::size_t end, std::size_t most) {
  std::size_t first = end, tokens = 0;
  while (first > 0 && tokens + pieces[first - 1].tokens.size() <= most)
    tokens += pieces[--first].tokens.size();
  return first;
}

// Pieces `context` to `end`, of which those from `first` up to `last` are read.
struct Stretch {
  std::size_t context, first, last, end;
};

Stretch stretch_from(std::span<const Piece> pieces, std::size_t first, const WindowOptions& options) {
  Stretch stretch{context_before(pieces, first, options.before), first, first, first};
  std::size_t tokens = 2;
  for (std::size_t i = stretch.context; i < first; ++i) tokens += pieces[i].tokens.size();
  // One that leaves no room for the passage is no help.
  while (stretch.context < first && tokens + pieces[first].tokens.size() > options.longest)
    tokens -= pieces[stretch.context++].tokens.size();
  while (stretch.end < pieces.size() &&
         (stretch.end == first || tokens + pieces[stretch.end].tokens.size() <= options.longest))
    tokens += pieces[stretch.end++].tokens.size();
  stretch.last = stretch.end;
  if (stretch.end < pieces.size())
    stretch.last = std::max(first + 1, context_before(pieces, stretch.end, options.after));
  return stretch;
}

}  // namespace

std::vector<Window> windows_of(std::span<const std::vector<TokenId>> passages, const WindowEnds& ends,
                               const WindowOptions& options) {
  const auto pieces = pieces_of(passages, options.longest - 2);
  std::vector<Window> windows;
  for (std::size_t next = 0; next < pieces.size();) {
    const auto stretch = stretch_from(pieces, next, options);
    Window window;
    auto& ids = window.reading.ids;
    ids.push_back(ends.first);
    for (std::size_t i = stretch.context; i < stretch.end; ++i) {
      const auto first = ids.size();
      ids.insert(ids.end(), pieces[i].tokens.begin(), pieces[i].tokens.end());
      if (i < stretch.first || i >= stretch.last) continue;
      const bool empty = first == ids.size();
      window.reading.parts.push_back(empty ? ReadingPart{0, 1} : ReadingPart{first, ids.size()});
      window.passages.push_back(pieces[i].passage);
    }
    ids.push_back(ends.last);
    if (stretch.end - stretch.context == 1) window.reading.parts.front() = {0, ids.size()};
    windows.push_back(std::move(window));
    next = stretch.last;
  }
  return windows;
}

}  // namespace s2m
