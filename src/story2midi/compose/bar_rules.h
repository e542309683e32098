// Hard rules within a bar, beyond the grammar: no overfull or empty bars, no key struck twice at once,
// and a cadence at the end of the piece. Rules only exclude choices; the model's odds decide among the
// rest.
#pragma once

#include <array>
#include <vector>

#include "story2midi/events/event.h"

namespace s2m {

// How a phrase ends in a bar: on the dominant, which asks for an answer, or through it on the tonic.
enum class Cadence { kNone, kHalf, kAuthentic };

// Where a bar stands in the piece.
struct BarPlace {
  Metre metre;
  Mode mode = Mode::kMajor;
  double valence = 0.5;     // planned: how much of its mode's colour is heard
  double density = 2;       // planned, notes a quarter
  int bars_left = 1;        // this one included
  int positions_left = 48;  // of the piece, from the bar's start
  bool opens_phrase = false;
  Cadence cadence = Cadence::kNone;
};

// No note of the mode's scales; pitches as events write them, the tonic at C.
bool is_foreign(Mode mode, int pitch);

class BarRules {
 public:
  BarRules(const Grammar& grammar, const BarPlace& place);

  // The next position, or the bar's end (kBarEvent).
  bool allows(int position) const;
  bool allows(const Event& so_far, NoteField field, int value) const;
  void push(const Event& note);

  int notes() const { return static_cast<int>(written_.size()); }
  const std::vector<Event>& written() const { return written_; }

 private:
  bool is_last() const { return place_.bars_left == 1; }
  bool allows_voice(const Event& at, int voice) const;
  bool allows_pitch(const Event& at, int pitch) const;
  bool is_in_reach(const Event& at, int pitch) const;
  bool allows_duration(const Event& at, int value) const;
  bool has_room() const;
  bool has_room_at(int position) const;
  int most_notes_by(int position) const;
  bool final_chord_is_complete() const;
  int notes_at(int position, int voice) const;  // voice -1: of all

  const Grammar& grammar_;
  BarPlace place_;
  int least_notes_, most_notes_;
  int positions_;
  std::vector<Event> written_;
};

}  // namespace s2m
