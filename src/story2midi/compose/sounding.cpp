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

bool fit_two_hands(std::span<const int> pitches) {
  if (pitches.size() > 2 * kFingers) return false;
  std::size_t left = 0;
  while (left < pitches.size() && left < kFingers && pitches[left] - pitches.front() <= kHandSpan) ++left;
  const auto right = pitches.subspan(left);
  return right.empty() || (right.size() <= kFingers && right.back() - right.front() <= kHandSpan);
}

}  // namespace s2m
