// Training of the word vectors of emotion/surrounding_words.h.
#pragma once

#include "story2midi/emotion/surrounding_words.h"
#include "train/data/surroundings.h"

namespace s2m::train {

struct SurroundingWordsOptions {
  int fewest_sentences = 20;  // that a word must stand in
  double penalty = 30;
  int steps = 15;
  std::function<void(int step)> on_step = {};
};

// By what is said of sentences around a sentence (surroundings_of). Throws Error where no word stands often
// enough.
SurroundingWeights train_surrounding_words(const Sentences& sentences,
                                           const SurroundingWordsOptions& options);

}  // namespace s2m::train
