#include "lab/analysis/texture_figures.h"

#include <algorithm>

#include "lab/statistics/statistics.h"
#include "story2midi/music/two_hands.h"

namespace s2m {
namespace {

constexpr int kHalfBeat = 2;  // sixteenths
constexpr double kJustAfter =
    1 / 8.0;               // quarters: the middle of the first sixteenth, for notes a little off it
constexpr int kLowC = 48;  // C3

using Keys = std::vector<int>;  // ascending, each once

// The keys down at every `step` sixteenths before `end`; nothing of a piece without notes.
std::vector<Keys> keys_down(const PieceView& piece, int step, int end) {
  if (piece.notes.empty()) return {};
  std::vector<Keys> moments(static_cast<std::size_t>(std::max(0, (end + step - 1) / step)));
  for (const ViewNote& note : piece.notes) {
    const double each = step / 4.0;
    auto i = static_cast<std::size_t>(std::max(0.0, (note.start - kJustAfter) / each));
    for (; i < moments.size(); ++i) {
      const double time = static_cast<double>(i) * each + kJustAfter;
      if (time >= note.end) break;
      if (time >= note.start) moments[i].push_back(note.pitch);
    }
  }
  for (Keys& keys : moments) {
    std::ranges::sort(keys);
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  }
  return moments;
}

int end_of(const PieceView& piece) {
  return piece.bars.empty() ? 0 : piece.bars.back().start + piece.bars.back().steps;
}

std::vector<Keys> but_the_last_bar(const PieceView& piece) {
  return keys_down(piece, kHalfBeat, piece.bars.empty() ? 0 : piece.bars.back().start);
}

template <class Is>
std::optional<double> share_of(const std::vector<Keys>& moments, Is is) {
  if (moments.empty()) return {};
  return static_cast<double>(std::ranges::count_if(moments, is)) / static_cast<double>(moments.size());
}

bool holds_interval(const Keys& keys, int low, int high) {
  for (std::size_t i = 0; i < keys.size(); ++i)
    for (std::size_t j = i + 1; j < keys.size(); ++j)
      if (keys[j] - keys[i] >= low && keys[j] - keys[i] <= high) return true;
  return false;
}

}  // namespace

std::optional<double> notes_at_once(const PieceView& piece) {
  std::vector<double> counts;
  for (const Keys& keys : keys_down(piece, kHalfBeat, end_of(piece)))
    if (!keys.empty()) counts.push_back(static_cast<double>(keys.size()));
  if (counts.empty()) return {};
  return mean(counts);
}

std::optional<double> adjacent_semitones(const PieceView& piece) {
  return share_of(but_the_last_bar(piece), [](const Keys& keys) { return holds_interval(keys, 1, 1); });
}

std::optional<double> beyond_two_hands(const PieceView& piece) {
  return share_of(but_the_last_bar(piece), [](const Keys& keys) { return !fit_two_hands(keys); });
}

std::optional<double> low_thirds(const PieceView& piece) {
  return share_of(keys_down(piece, kHalfBeat, end_of(piece)), [](Keys keys) {
    std::erase_if(keys, [](int key) { return key >= kLowC; });
    return holds_interval(keys, 1, 4);
  });
}

std::optional<double> more_than_ten_keys(const PieceView& piece) {
  const auto moments = but_the_last_bar(piece);
  if (moments.empty()) return {};
  return std::ranges::any_of(moments, [](const Keys& keys) { return keys.size() > 2 * kFingers; }) ? 1 : 0;
}

std::optional<double> clash(const PieceView& piece) {
  const auto moments = keys_down(piece, 1, end_of(piece));
  int clashes = 0, count = 0;
  for (const HalfBar& half : piece.half_bars) {
    if (static_cast<std::size_t>(half.start) >= moments.size()) continue;
    const Keys& keys = moments[static_cast<std::size_t>(half.start)];
    ++count;
    clashes += holds_interval(keys, 1, 1) || holds_interval(keys, 13, 13);
  }
  if (count == 0) return {};
  return static_cast<double>(clashes) / count;
}

}  // namespace s2m
