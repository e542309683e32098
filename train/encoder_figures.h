// How well an encoder reads emotion: predictions over labelled texts, and the figures made of them.
#pragma once

#include <span>
#include <vector>

#include "text/bpe.h"
#include "train/datasets/text_emotions.h"
#include "train/modules/encoder_module.h"
#include "train/task.h"

namespace s2m::train {

// Pearson's correlation, and Lin's concordance (1989), of two rows of equal length (at least 2); 0 where one
// is constant.
double pearson(std::span<const float> a, std::span<const float> b);
double concordance(std::span<const float> a, std::span<const float> b);

struct EmotionReading {
  EmotionPoint point;
  std::vector<float> labels;  // probabilities
};
// In the order of `texts`; each is cut to the encoder's length.
std::vector<EmotionReading> read_emotions(const EncoderModule& encoder, const BytePairEncoder& vocabulary,
                                          const std::vector<std::string>& texts);

// Sentences of stories, neighbours beside each other, each read with what surrounds it in its group.
std::vector<EmotionReading> read_in_context(const EncoderModule& encoder, const BytePairEncoder& vocabulary,
                                            const std::vector<const EmotionText*>& texts);

// Every so manieth text of a set's split is used; 1: all.
struct FigureOptions {
  Split split = Split::kValid;
  int every = 1;
  float label_threshold = 0.3f;
};

// emobank_valence_r, emobank_arousal_r; tales_valence_ccc, tales_arousal_ccc (alone) and ..._window_ccc (read
// in context), after matching mean and deviation of the set's own numbers on training
// tales; goemotions_macro_f1, goemotions_quadrant (accuracy over non-neutral rows of one quadrant); and
// `loss`, less is better, by which a training run chooses. Sets that are absent are left out.
Figures emotion_figures(const EncoderModule& encoder, const BytePairEncoder& vocabulary,
                        const std::vector<EmotionText>& texts, const FigureOptions& options);

}  // namespace s2m::train
