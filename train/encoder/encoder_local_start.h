// An initialisation for masked-language-model training: attention heads that look at neighbouring positions.
#pragma once

#include "train/modules/encoder_module.h"

namespace s2m::train {

// Positions become sinusoids (Vaswani et al. 2017) of a length like the words', and the heads of the first
// layers begin by looking one, two and three tokens to either side (after "mimetic initialisation", Trockman
// and Kolter 2023). From positions drawn at random a small post-norm encoder needs millions of tokens only to
// find out that order matters.
void start_local(EncoderModule& encoder);

}  // namespace s2m::train
