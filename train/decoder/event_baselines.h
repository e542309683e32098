// Count-based baselines of the loss, which a trained decoder has to beat.
#pragma once

#include "lab/datasets/event_shard.h"

namespace s2m::train {

// Nats on a split's pieces of models fitted on the training pieces. Every field is on its own, the kind too.
struct BaselineFigures {
  double unigram_note = 0;  // kind and fields of a note of any part
  double unigram_chord = 0;
  double unigram_bar = 0;  // kind and known fields
  double markov_note = 0;  // each given the same field of the event of its kind before
  double markov_chord = 0;
  double markov_bar = 0;
  std::int64_t notes = 0;
  std::int64_t chords = 0;
  std::int64_t bars = 0;
};

// Counts are smoothed by one a value; the Markov model falls back on the unigram one in proportion to how
// rarely it saw the context (Witten-Bell-like, with a prior worth `kPriorCount` events).
BaselineFigures event_baselines(const EventShard& shard, Split split);

}  // namespace s2m::train
