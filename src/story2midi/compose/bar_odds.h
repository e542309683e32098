// Soft preferences: what changes the decoder's odds within a bar where a rule would be too strict. They concern the
// key, the harmony at the start and end of a phrase, held accompaniment, a pulse, a returning theme, the breath at a
// phrase's end, notes struck too often in a row, and degrees that dominate.
#pragma once

#include <span>

#include "story2midi/compose/bar_rules.h"
#include "story2midi/compose/theme.h"
#include "story2midi/events/event.h"

namespace s2m {

// The music so far: the whole piece, and the notes of the open bar.
struct Written {
  std::span<const Event> piece;
  std::span<const Event> bar;
};

class BarOdds {
 public:
  BarOdds(const BarPlace& place, Theme theme);

  // Of the next `what`.
  void bend(const Written& written, std::span<float> kind_logits) const;
  // Of a field of the next note, of which `what` and the fields before are chosen.
  void bend(const Written& written, const Event& note, NoteField field, std::span<float> logits) const;

 private:
  BarPlace place_;
  Theme theme_;
};

}  // namespace s2m
