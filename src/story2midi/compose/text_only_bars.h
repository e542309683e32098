// The bar fields that are fixed where the decoder describes bars itself: those requested, and those that its first bar
// has chosen.
#pragma once

#include <optional>

#include "story2midi/events/event.h"
#include "story2midi/plan/plan.h"

namespace s2m {

// Metre, tempo, mode, valence and arousal of the first bar stay, or a piece would drift away from what its
// text was heard to be; every other field is chosen anew each bar, unless it is asked. Bars and tempo follow
// from a duration asked once the first bar's metre and tempo are known.
class TextOnlyBars {
 public:
  explicit TextOnlyBars(const PlanOptions& asked);

  // The value of a field of bar `index`, given the fields before it, where it is not the decoder's to choose.
  // Throws Error for a duration out of reach.
  std::optional<int> fixed(BarField field, const Event& so_far, int index);
  // Which values it may choose of the other fields: no upbeats or scraps of bars.
  static bool may_choose(BarField field, int value);
  void keep_first(const Event& bar) { first_ = bar; }

  // Known once the first bar is described.
  int bars() const { return bars_; }
  double tempo_bpm() const { return tempo_bpm_; }
  Key key() const;

 private:
  std::optional<int> asked_value(BarField field) const;
  void settle(const Event& first);

  PlanOptions asked_;
  Event first_{};
  int bars_ = 0;
  double tempo_bpm_ = 100;
};

}  // namespace s2m
