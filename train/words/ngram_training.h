// Training of the linear reader (emotion/ngram_reader.h): one regression a scale and one of the labels.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "lab/corpora/emotion_texts.h"
#include "story2midi/emotion/lexicon.h"
#include "story2midi/emotion/ngram_reader.h"
#include "train/words/stacking.h"

namespace s2m::train {

struct NgramTrainingOptions {
  std::uint32_t buckets = 1u << 16;
  int fewest_texts = 2;  // that a bucket must stand in
  // Half of it times the squared weights stands against the loss of the texts.
  std::array<double, kReadingScales> scale_penalties{2, 1, 2};
  double label_penalty = 0.6;
  int steps = 100;
  NgramShares shares{{0.7, 0.6, 0.6}, 0.7};
  OwnLists lists = {};
  std::filesystem::path surroundings = {};  // of save_surroundings; empty: none are read
  std::function<void(const std::string& part, int step, double loss)> on_step = {};
  OnStacked on_stacked = {};
};

// From the texts of Split::kTrain. The common scale learns sides where a text has a quadrant and its point
// elsewhere; EmoBank's and the tales' scales learn what their readers said; labels are GoEmotions'. Throws
// Error where one of these sets is absent.
// The regressions stacked on it learn from five such readers, each of which has not learned a fifth of the
// texts (train/datasets/folds.h).
NgramWeights train_ngram_reader(const std::vector<EmotionText>& texts, const Lexicon& lexicon,
                                const NgramTrainingOptions& options);

}  // namespace s2m::train
