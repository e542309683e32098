// Returning themes: what an earlier bar did next becomes likelier; the decoder decides.
#pragma once

#include <span>
#include <vector>

#include "story2midi/events/event.h"

namespace s2m {

class Theme {
 public:
  Theme() = default;  // of no bar: changes nothing
  // The notes of a bar in `from`, to be taken up in `to`: its thirds, sixths and sevenths become those of the
  // other mode. `nats` is added to the log odds of what it did.
  Theme(std::span<const Event> notes, Mode from, Mode to, double nats);

  // Of the next `what`, after the bar's notes so far.
  void favour(std::span<const Event> so_far, std::span<float> kind_logits) const;
  // Of a field of the next note, of which `what` and the fields before are chosen.
  void favour(std::span<const Event> so_far, const Event& note, NoteField field,
              std::span<float> logits) const;

 private:
  const Event* next(std::span<const Event> so_far) const;

  std::vector<Event> notes_;
  float nats_ = 0;
};

}  // namespace s2m
