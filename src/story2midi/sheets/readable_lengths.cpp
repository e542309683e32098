#include "story2midi/sheets/readable_lengths.h"

#include <algorithm>

namespace s2m {
namespace {

constexpr int kSixteenth = kGridPerQuarter / 4, kThird = kGridPerQuarter / 3;

int bar_start(const std::vector<PartBar>& bars, int place) {
  return std::prev(std::ranges::upper_bound(bars, place, {}, &PartBar::start))->start;
}

bool is_off_sixteenths(const std::vector<PartBar>& bars, int place) {
  return (place - bar_start(bars, place)) % kSixteenth != 0;
}

// Whether a strike in the quarter around `place` lies off the sixteenths.
bool is_in_triplet(const std::vector<PartNote>& notes, const std::vector<PartBar>& bars, int place) {
  const int from_bar = place - bar_start(bars, place);
  const int quarter = place - from_bar % kGridPerQuarter;
  auto at = std::ranges::lower_bound(notes, quarter, {}, &PartNote::start);
  for (; at != notes.end() && at->start < quarter + kGridPerQuarter; ++at)
    if (is_off_sixteenths(bars, at->start)) return true;
  return false;
}

int rounded_end(const std::vector<PartNote>& notes, const std::vector<PartBar>& bars, int start, int end) {
  const int usual = end - start >= kGridPerQuarter ? 2 * kSixteenth : kSixteenth;
  const int step = is_in_triplet(notes, bars, end - 1) ? kThird : usual;
  const int base = bar_start(bars, end - 1);
  const int rounded = base + (end - base + step / 2) / step * step;
  return rounded > start ? rounded : rounded + step;
}

}  // namespace

std::vector<PartNote> with_readable_lengths(std::vector<PartNote> notes, const std::vector<PartBar>& bars) {
  const auto original = notes;
  const int last = bars.empty() ? 0 : bars.back().start + bars.back().positions;
  for (std::size_t first = 0; first < notes.size();) {
    std::size_t end_of_chord = first;
    int end = 0;
    for (; end_of_chord < notes.size() && notes[end_of_chord].start == notes[first].start; ++end_of_chord)
      end = std::max(end, notes[end_of_chord].start + notes[end_of_chord].length);
    const int start = notes[first].start;
    const int next = end_of_chord < notes.size() ? notes[end_of_chord].start : last;
    if (end < next) end = rounded_end(original, bars, start, end);
    if (next - end < kSixteenth) end = next;
    for (; first < end_of_chord; ++first) notes[first].length = end - start;
  }
  return notes;
}

}  // namespace s2m
