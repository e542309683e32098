#include "story2midi/compose/playable.h"

#include <algorithm>
#include <vector>

#include "story2midi/music/two_hands.h"

namespace s2m {
namespace {

struct HeldKey {
  Part part;
  PartNote* note;
  bool is_fixed = false;
};

bool fit(const std::vector<HeldKey>& down) {
  std::vector<int> pitches;
  for (const auto& key : down) pitches.push_back(key.note->pitch);
  std::ranges::sort(pitches);
  pitches.erase(std::unique(pitches.begin(), pitches.end()), pitches.end());
  return fit_two_hands(pitches);
}

// Releases held keys, then takes notes of the figure away, until two hands hold what is down at `now`.
void free_hands(std::vector<HeldKey>& down, int now) {
  while (!fit(down)) {
    const auto held = [&](const HeldKey& key) { return key.note->start < now; };
    auto gone = std::ranges::min_element(down, [&](const HeldKey& a, const HeldKey& b) {
      if (a.is_fixed != b.is_fixed) return b.is_fixed;
      if (held(a) != held(b)) return held(a);
      if (held(a)) return a.note->start < b.note->start;
      if (a.part != b.part) return a.part == Part::kFigure;
      return a.note->pitch < b.note->pitch;
    });
    if (gone->is_fixed) return;
    gone->note->length = held(*gone) ? now - gone->note->start : 0;
    down.erase(gone);
  }
}

}  // namespace

PartScore made_playable(PartScore piece, const std::function<bool(Part, const PartNote&)>& is_fixed) {
  std::vector<HeldKey> notes;
  for (int part = 0; part < kPartCount; ++part)
    for (PartNote& note : piece.parts[static_cast<std::size_t>(part)])
      notes.push_back({static_cast<Part>(part), &note, is_fixed && is_fixed(static_cast<Part>(part), note)});
  std::ranges::stable_sort(notes, {}, [](const HeldKey& key) { return key.note->start; });
  std::vector<HeldKey> down;
  for (std::size_t i = 0; i < notes.size();) {
    const int now = notes[i].note->start;
    std::erase_if(down, [&](const HeldKey& key) { return key.note->start + key.note->length <= now; });
    for (; i < notes.size() && notes[i].note->start == now; ++i) down.push_back(notes[i]);
    free_hands(down, now);
  }
  for (auto& part : piece.parts) std::erase_if(part, [](const PartNote& note) { return note.length == 0; });
  return piece;
}

}  // namespace s2m
