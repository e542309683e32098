// Heads that are fitted after training, on the pooled states of an encoder that stays as it is: the labels, for which
// few epochs are too few, and the uncertainty, which needs texts that training has not seen.
#pragma once

#include <ATen/ATen.h>

#include <memory>
#include <vector>

#include "lab/corpora/emotion_texts.h"
#include "story2midi/reading/emotion_reader.h"
#include "train/modules/encoder_module.h"

namespace s2m::train {

// outputs = weight (outputs, width) pooled + bias (outputs).
struct LinearHead {
  at::Tensor weight, bias;
};

// A map to the logarithms of the standard deviations of valence and arousal: the maximum of the Gaussian likelihood of
// errors (n, 2) given pooled states (n, width), with an L2 penalty on the weights of the standardised states (Nix,
// Weigend 1994, for a mean that stays as it is).
LinearHead fit_uncertainty(const at::Tensor& pooled, const at::Tensor& errors, double penalty = 3e-3);

// A map to the logits of labels (n, labels; 0 or 1): logistic regressions with an L2 penalty likewise.
LinearHead fit_labels(const at::Tensor& pooled, const at::Tensor& labels, double penalty = 2e-5);

// The pooled states (n, width) of texts by themselves.
at::Tensor pooled_texts(const EmotionReader& reader, const std::vector<const EmotionText*>& texts);
// The errors (n, 2) of a reader on the common scale; each text has a point.
at::Tensor reading_errors(const EmotionReader& reader, const std::vector<const EmotionText*>& texts);
// (n, 28), 1 for each of GoEmotions' labels of a text.
at::Tensor label_rows(const std::vector<const EmotionText*>& texts);

// The encoder with these heads in place of its own.
std::shared_ptr<EncoderModule> with_heads(const EncoderModule& encoder, const LinearHead& labels,
                                          const LinearHead& uncertainty);

}  // namespace s2m::train
