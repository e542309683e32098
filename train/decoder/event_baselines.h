// Count-based baselines of the loss, which a trained decoder has to beat.
#pragma once

#include "lab/datasets/event_shard.h"

namespace s2m::train {

// Nats on a split's pieces of models fitted on the training pieces. Every field is on its own, `what` too.
struct BaselineFigures {
  double unigram_note = 0;  // position and fields of a note, a note
  double unigram_bar = 0;   // known fields of a bar, a bar
  double markov_note = 0;   // each given the same field of the event, or the note or bar, before
  double markov_bar = 0;
  std::int64_t notes = 0;
  std::int64_t bars = 0;
};

// Counts are smoothed by one a value; the Markov model falls back on the unigram one in proportion to how
// rarely it saw the context (Witten-Bell-like, with a prior worth `kPriorCount` events).
BaselineFigures event_baselines(const EventShard& shard, Split split);

}  // namespace s2m::train
