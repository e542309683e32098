// The notes of a part in voices: chords and rests, bar by bar.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "story2midi/notation/note_values.h"
#include "story2midi/notation/sheet.h"

namespace s2m {

// What one voice of a staff does in a bar.
struct VoiceBar {
  int staff = 1, voice = 1;
  bool is_second = false;            // another voice of the staff sounds in the bar and stands before
  std::vector<VoiceSpan> stretches;  // side by side, over the bar
  std::vector<std::vector<std::size_t>>
      notes;  // by stretch: indices into the part's notes, ascending in pitch; a rest has none
};

// The voices of each bar: of every staff the first, and others that sound there. Notes of one voice that overlap
// without being one chord move to the staff's next free voice. Without a note in its first voice, a staff shows the
// others alone.
std::vector<std::vector<VoiceBar>> voices_of(const SheetPart& part, std::span<const SheetBar> bars);

}  // namespace s2m
