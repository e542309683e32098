// The head of uncertainty: how far a reading may lie from what people say, fitted on held-out texts.
#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "lab/corpora/emotion_texts.h"
#include "story2midi/reading/emotion_reader.h"
#include "train/modules/encoder_module.h"

namespace s2m::train {

// A linear map of pooled states to the logarithms of the standard deviations of valence and arousal.
struct UncertaintyHead {
  at::Tensor weight;  // (2, width)
  at::Tensor bias;    // (2)
};

// The maximum of the Gaussian likelihood of errors (n, 2) given pooled states (n, width), with an L2 penalty on the
// weights of the standardised states (Nix, Weigend 1994, for a mean that stays as it is).
UncertaintyHead fit_uncertainty(const at::Tensor& pooled, const at::Tensor& errors, double penalty = 3e-3);

// The errors of a reader on the common scale for texts that have a point, and the pooled states.
struct ReadingErrors {
  at::Tensor pooled, errors;  // (n, width), (n, 2)
};
ReadingErrors reading_errors(const EmotionReader& reader, const std::vector<EmotionText>& texts, Split split);

// The encoder with that head, fitted on the validation texts. Throws Error without such texts.
std::shared_ptr<EncoderModule> with_uncertainty(const EncoderModule& encoder, const UncertaintyHead& head);

}  // namespace s2m::train
