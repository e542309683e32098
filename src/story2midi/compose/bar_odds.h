// Soft preferences within a bar: they change the decoder's odds where a rule would be too strict. They concern the notes that
// the plan wants, chord tones in the melody, and notes that hang over a beat.
#pragma once

#include <span>

#include "story2midi/compose/bar_brief.h"
#include "story2midi/compose/bar_rules.h"

namespace s2m {

class BarOdds {
 public:
  // What the bar refers to must outlive the odds.
  explicit BarOdds(const OpenBar& bar);

  // Of the kind of the next event.
  void bend(std::span<float> kind_logits) const;
  // Of a field of the next event, of which the kind and the fields before are chosen.
  void bend(const Event& so_far, int field, std::span<float> logits) const;

 private:
  const WantedNotes& wanted(std::uint8_t kind) const;
  const Event* next_wanted(std::uint8_t kind) const;
  void favour_wanted(const Event& so_far, int field, std::span<float> logits) const;
  void favour_chord_tones(const Event& so_far, std::span<float> pitch_logits) const;
  void avoid_dissonance(const Event& so_far, std::span<float> pitch_logits) const;
  void end_by_the_beat(const Event& so_far, std::span<float> duration_logits) const;

  OpenBar bar_;
  Metre metre_;
};

}  // namespace s2m
