// The notes that sound around the open bar of a piece that is being written.
#pragma once

#include <span>
#include <vector>

#include "story2midi/events/event.h"

namespace s2m {

struct SoundingNote {
  std::uint8_t kind;
  int start, end;  // grid positions from the open bar's start; a note of an earlier bar starts below 0
  int pitch;
  bool sounds_at(int position) const { return start <= position && position < end; }
};

class Sounding {
 public:
  // Forgets what ended with the bar before, which was so long.
  void open_bar(int positions_before);
  void push(const Event& note);
  std::span<const SoundingNote> notes() const { return notes_; }

 private:
  std::vector<SoundingNote> notes_;
};

}  // namespace s2m
