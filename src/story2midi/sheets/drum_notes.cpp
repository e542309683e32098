#include "story2midi/sheets/drum_notes.h"

#include <algorithm>
#include <array>

namespace s2m {
namespace {

constexpr std::array<int, 3> kFeet{35, 36, 44};  // bass drums and the hi-hat's pedal, of General MIDI

int end_of_beat(std::span<const PartBar> bars, int place) {
  const PartBar& bar = *std::prev(std::ranges::upper_bound(bars, place, {}, &PartBar::start));
  const auto starts = beats(bar.metre);
  const auto next = std::ranges::upper_bound(starts, place - bar.start);
  return bar.start + (next == starts.end() ? bar.positions : *next);
}

}  // namespace

std::vector<SheetNote> drum_notes(std::span<const ArrangedNote> strokes, std::span<const PartBar> bars) {
  std::vector<SheetNote> notes;
  std::array<int, 2> next;  // by voice: where its next stroke falls
  next.fill(bars.empty() ? 0 : bars.back().start + bars.back().positions);
  std::array<int, 2> last = next;
  for (std::size_t i = strokes.size(); i-- > 0;) {
    const int start = strokes[i].start;
    const std::size_t voice = std::ranges::count(kFeet, strokes[i].pitch) > 0 ? 1 : 0;
    if (start < last[voice]) next[voice] = last[voice], last[voice] = start;
    const int end = std::min(next[voice], end_of_beat(bars, start));
    notes.push_back({start, end - start, strokes[i].pitch, 1, static_cast<std::uint8_t>(voice + 1), 0});
  }
  std::ranges::sort(notes);
  return notes;
}

}  // namespace s2m
