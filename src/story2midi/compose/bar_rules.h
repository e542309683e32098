// Hard rules within a bar, beyond the grammar: chord tones where the accompaniment plays, two hands, no mud below, no
// clashes, whole triplets, and the piece's last chord. Rules only exclude choices; the odds decide among the rest.
#pragma once

#include <array>
#include <span>

#include "story2midi/compose/bar_brief.h"
#include "story2midi/compose/sounding.h"

namespace s2m {

// The open bar of a piece that is being written.
struct OpenBar {
  const Grammar& grammar;
  const BarBrief& brief;
  const Sounding& sounding;
  std::span<const Event> written;               // its chords and notes so far
  std::array<bool, kKindCount> exhausted = {};  // kinds that find no place in the bar any more
};

// The chord in force at a position of the bar; nothing before the first.
const Event* chord_at(std::span<const Event> written, int position);

class BarRules {
 public:
  // What the bar refers to must outlive the rules.
  explicit BarRules(const OpenBar& bar);

  // Whether an event of that kind may come next; kBarEvent: whether the bar may end here.
  bool allows(std::uint8_t kind) const;
  bool allows(const Event& so_far, int field, int value) const;

 private:
  struct Amount {
    int least, most;
  };
  bool is_last() const { return bar_.brief.bars_left == 1; }
  Amount amount(std::uint8_t kind) const;
  int count(std::uint8_t kind) const;
  bool is_complete(std::uint8_t kind) const;
  bool allows_position(const Event& so_far, int position) const;
  bool allows_triplet(std::uint8_t kind, int position) const;
  bool opens_triplet(std::uint8_t kind) const;
  bool strikes_at(int position) const;
  bool in_range(Part part, int pitch) const;
  bool allows_pitch(const Event& so_far, int pitch) const;
  bool fits_harmony(const Event& so_far, int pitch) const;
  bool fits_what_sounds(const Event& so_far, int pitch) const;
  bool allows_duration(const Event& so_far, int value) const;
  bool allows_last_bar(const Event& so_far, int field, int value) const;

  OpenBar bar_;
  Metre metre_;
  int positions_;
};

// Pitch class of a chord's root or bass, from its event; the home tonic is 0.
int root_of(const Event& chord);
int bass_of(const Event& chord);
bool is_chord_tone(const Event& chord, int pitch);

}  // namespace s2m
