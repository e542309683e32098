#include "story2midi/notation/accidentals.h"

#include <utility>

namespace s2m {

void Accidentals::open_bar(Key key) {
  key_ = key;
  before_ = std::exchange(here_, {});
}

ShownAccidental Accidentals::pass(int staff, const SpelledPitch& pitch) {
  const Place place{staff, pitch.step, pitch.octave};
  const auto [known, is_first] = here_.try_emplace(place, alter_in_signature(key_, pitch.step));
  const bool is_needed = std::exchange(known->second, pitch.alter) != pitch.alter;
  const auto before = before_.find(place);
  const bool reminds = is_first && before != before_.end() && before->second != pitch.alter;
  return is_needed ? ShownAccidental::kNeeded : reminds ? ShownAccidental::kReminder : ShownAccidental::kNone;
}

}  // namespace s2m
