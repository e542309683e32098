// Which notes of a part show an accidental.
#pragma once

#include <cstdint>
#include <map>
#include <tuple>

#include "story2midi/music/score.h"
#include "story2midi/notation/pitch_spelling.h"

namespace s2m {

enum class ShownAccidental : std::uint8_t { kNone, kNeeded, kReminder };

// An accidental holds for its staff, step and octave up to the bar line. In the bar after, the step's first note
// shows a reminder where it sounds otherwise.
class Accidentals {
 public:
  void open_bar(Key key);
  // Notes in time; one that is tied to a note of the bar before shows none and is not passed.
  ShownAccidental pass(int staff, const SpelledPitch& pitch);

 private:
  using Place = std::tuple<int, int, int>;  // staff, step, octave
  Key key_;
  std::map<Place, int> here_, before_;
};

}  // namespace s2m
