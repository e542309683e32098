#include "story2midi/sheets/player_sheets.h"

#include <algorithm>
#include <utility>

namespace s2m {
namespace {

// Whether something of `all` begins in the bar.
template <class Thing>
bool begins_in(const std::vector<Thing>& all, const SheetBar& bar) {
  return std::ranges::any_of(all, [&](const Thing& thing) {
    return thing.start >= bar.start && thing.start < bar.start + bar.positions;
  });
}

bool is_resting(const SheetPart& part, const SheetBar& bar) {
  return std::ranges::none_of(part.notes, [&](const SheetNote& note) {
    return note.start < bar.start + bar.positions && note.start + note.length > bar.start;
  });
}

// Whether a player has to see where the bar begins.
bool is_marked(const SheetPart& part, const SheetBar& bar, const SheetBar& before) {
  return bar.shows_tempo || !bar.tempo_words.empty() || !bar.expression.empty() || !bar.rehearsal.empty() ||
         !bar.words.empty() || !(bar.key == before.key) || !(bar.metre == before.metre) ||
         begins_in(part.clef_changes, bar) || begins_in(part.dynamics, bar) || begins_in(part.hairpins, bar);
}

// Bars from `first` on that are one rest.
std::size_t rest_from(std::size_t first, const SheetPart& part, const std::vector<SheetBar>& bars) {
  std::size_t end = first;
  while (end < bars.size() && is_resting(part, bars[end]) &&
         (end == first || !is_marked(part, bars[end], bars[end - 1])))
    ++end;
  return end - first;
}

std::vector<int> joined_rests(Sheet& sheet) {
  std::vector<int> rests(sheet.bars.size());
  for (std::size_t bar = 0; bar < sheet.bars.size();) {
    const std::size_t count = rest_from(bar, sheet.parts.front(), sheet.bars);
    if (count > 1) rests[bar] = static_cast<int>(count);
    // Within a long rest no tempo is marked.
    for (std::size_t i = 1; i < count; ++i) sheet.bars[bar + i].tempo_bpm = sheet.bars[bar].tempo_bpm;
    bar += std::max<std::size_t>(1, count);
  }
  return rests;
}

}  // namespace

std::vector<PlayerSheet> player_sheets(const Sheet& score) {
  std::vector<PlayerSheet> sheets;
  for (const SheetPart& part : score.parts) {
    // A single staff has no name before it.
    Sheet sheet{score.title + ": " + part.name, score.composer, score.bars, score.chords, false, {part}};
    sheet.parts.front().family.clear();
    auto rests = joined_rests(sheet);
    sheets.push_back({std::move(sheet), std::move(rests)});
  }
  return sheets;
}

}  // namespace s2m
