#include "story2midi/sheets/readable_lengths.h"

#include <algorithm>

namespace s2m {
namespace {

constexpr int kSixteenth = kGridPerQuarter / 4, kEighth = kGridPerQuarter / 2, kThird = kGridPerQuarter / 3;

const PartBar& bar_at(const std::vector<PartBar>& bars, int place) {
  return *std::prev(std::ranges::upper_bound(bars, place, {}, &PartBar::start));
}

int bar_start(const std::vector<PartBar>& bars, int place) { return bar_at(bars, place).start; }

int end_of_beat(const std::vector<PartBar>& bars, int place) {
  const PartBar& bar = bar_at(bars, place);
  const auto starts = beats(bar.metre);
  const auto next = std::ranges::upper_bound(starts, place - bar.start);
  return bar.start + (next == starts.end() ? bar.positions : *next);
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

// Without the rests that crowd a page; `next`: where the next strike is.
int readable_end(const std::vector<PartNote>& notes, const std::vector<PartBar>& bars, int start, int end,
                 int next) {
  if (end >= next) return next;
  const bool is_triplet = is_in_triplet(notes, bars, end - 1);
  const int usual = end - start >= kGridPerQuarter ? kEighth : kSixteenth;
  const int step = is_triplet ? kThird : usual;
  int base = bar_start(bars, end - 1);
  if (base > start && end - base <= kEighth) return std::min(base, next);
  end = base + (end - base + step / 2) / step * step;
  if (end <= start) end += step;
  if (!is_triplet && end - start < kEighth) {
    const bool is_on_eighth = (start - bar_start(bars, start)) % kEighth == 0;
    end = is_on_eighth ? start + kEighth : end_of_beat(bars, start);
  }
  return next - end <= (is_triplet ? kSixteenth - 1 : kSixteenth) ? next : end;
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
    end = readable_end(original, bars, start, end, next);
    for (; first < end_of_chord; ++first) notes[first].length = end - start;
  }
  return notes;
}

}  // namespace s2m
