#include "story2midi/sheets/player_marks.h"

#include <algorithm>
#include <vector>

namespace s2m {
namespace {

constexpr int kLongRest = 4 * kGridPerQuarter;  // after it the level is told again
constexpr int kShortestHairpin = 2 * kGridPerQuarter;

struct Entry {
  int start, end;
};

std::vector<Entry> entries_of(std::span<const SheetNote> notes) {
  std::vector<Entry> entries;
  for (const SheetNote& note : notes) {
    if (entries.empty() || note.start - entries.back().end >= kLongRest) entries.push_back({note.start, 0});
    entries.back().end = std::max(entries.back().end, note.start + note.length);
  }
  return entries;
}

void add(LoudnessMarks& marks, const SheetDynamic& mark) {
  if (!marks.dynamics.empty() && marks.dynamics.back().start == mark.start) marks.dynamics.pop_back();
  marks.dynamics.push_back(mark);
}

}  // namespace

LoudnessMarks player_marks(const LoudnessMarks& all, std::span<const SheetNote> notes) {
  LoudnessMarks own;
  for (const Entry& entry : entries_of(notes)) {
    auto mark = std::ranges::upper_bound(all.dynamics, entry.start, {}, &SheetDynamic::start);
    if (mark != all.dynamics.begin()) add(own, {entry.start, std::prev(mark)->level});
    for (; mark != all.dynamics.end() && mark->start < entry.end; ++mark) {
      const auto note = std::ranges::lower_bound(notes, mark->start, {}, &SheetNote::start);
      if (note != notes.end() && note->start < entry.end) add(own, {note->start, mark->level});
    }
    for (Hairpin hairpin : all.hairpins) {
      hairpin.start = std::max(hairpin.start, entry.start);
      hairpin.end = std::min(hairpin.end, entry.end);
      if (hairpin.end - hairpin.start >= kShortestHairpin) own.hairpins.push_back(hairpin);
    }
  }
  return own;
}

}  // namespace s2m
