// Grades drafts of a phrase by stated measures, so that the best of several is kept.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "story2midi/events/event.h"

namespace s2m {

// Shares and ratios of one phrase, each 0 where it has nothing to count.
struct PhraseMeasures {
  double melody_returns = 0;  // bars with a melody whose rhythm one of the 8 bars before has
  double figure_returns = 0;  // bars whose accompaniment's onsets one of the 2 bars before has
  double steps = 0;           // moves of the melody by a second
  double repeats = 0;         // moves of the melody on one pitch
  double leaps = 0;           // moves of the melody beyond a fifth that no move back follows
  double chord_tones = 0;     // melody notes on beats that belong to their chord
  double clashes = 0;         // melody notes struck a semitone or a minor ninth from a sounding note
  double wanted = 1;          // wanted melody notes (theme) that stand where they should
  double ends_at_rest = 0;    // 1: the phrase's last melody note is a chord tone of a quarter or more
  double surprisal = 0;       // nats per note, by the decoder
};

// `piece`: its events up to the phrase's end, of which the last `bars` bars are the phrase. What the events do not tell (wanted,
// surprisal) stays as it is in `known`.
PhraseMeasures measure_phrase(std::span<const Event> piece, int bars, const PhraseMeasures& known = {});

// How a measure counts: its distance from the band, times the weight, is a cost.
struct Criterion {
  std::string_view name;
  double PhraseMeasures::*value;
  double low, high;  // the band of real music, or of what was asked
  double weight;
};
std::span<const Criterion> criteria();

// The sum of the costs; the lower, the better.
double cost_of(const PhraseMeasures& measures);

}  // namespace s2m
