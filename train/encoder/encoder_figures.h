// Evaluation of an encoder's emotion heads on labelled texts.
#pragma once

#include <string>
#include <vector>

#include "lab/reports/emotion_figures.h"
#include "story2midi/emotion/emotion.h"
#include "story2midi/tokenizers/tokenizer.h"
#include "train/loop/task.h"
#include "train/modules/encoder_module.h"

namespace s2m::train {

// In the order of `texts`; each is cut to the encoder's length. Valence and arousal are on `scale` where the
// heads know it, else on the common one.
std::vector<Emotion> read_emotions(const EncoderModule& encoder, const Tokenizer& tokenizer,
                                   const std::vector<std::string>& texts,
                                   ReadingScale scale = ReadingScale::kCommon);

// Every N-th text of a set's split is used; 1: all.
struct FigureOptions {
  Split split = Split::kValidation;
  int every = 1;
  double label_threshold = 0.3;
};

// EmoBank and the tales are read on their own scales. emobank_valence_r, emobank_arousal_r;
// tales_valence_ccc, tales_arousal_ccc (each sentence alone), after matching mean and deviation of the set's
// own numbers on training tales; goemotions_macro_f1, goemotions_quadrant (accuracy over non-neutral rows of
// one quadrant); and `loss`, less is better, by which a training run chooses. Sets that are absent are left
// out.
Figures emotion_figures(const EncoderModule& encoder, const Tokenizer& tokenizer,
                        const std::vector<EmotionText>& texts, const FigureOptions& options);

}  // namespace s2m::train
