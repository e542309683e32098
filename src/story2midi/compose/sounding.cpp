#include "story2midi/compose/sounding.h"

namespace s2m {

void Sounding::open_bar(int positions_before) {
  std::erase_if(notes_, [&](const SoundingNote& note) { return note.end <= positions_before; });
  for (SoundingNote& note : notes_) note.start -= positions_before, note.end -= positions_before;
}

void Sounding::push(const Event& note) {
  const int start = note.position(), pitch = note.values[kPitch];
  // A key that is struck again ends what it sounded.
  for (SoundingNote& other : notes_)
    if (other.pitch == pitch && other.sounds_at(start) && other.start < start) other.end = start;
  notes_.push_back({note.kind, start, start + note.length(), pitch});
}

}  // namespace s2m
