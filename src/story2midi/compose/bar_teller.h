// Tells bars of a piece as soon as they are written.
#pragma once

#include <span>

#include "story2midi/compose/bar_view.h"
#include "story2midi/compose/composer.h"
#include "story2midi/events/event.h"

namespace s2m {

// Calls ComposeOptions::on_bar and reports progress. The options must outlive it.
class BarTeller {
 public:
  explicit BarTeller(const ComposeOptions& options) : options_(options) {}

  // The first `bars` of `plan` are final; their events and those of bars told before.
  void tell(std::span<const Event> events, const Plan& plan, int bars);

 private:
  const ComposeOptions& options_;
  PieceTime told_;  // the end of it
};

}  // namespace s2m
