// Low-rank changes of a frozen decoder's attention and feed-forward matrices (LoRA, Hu et al. 2021), in training.
#pragma once

#include <map>
#include <string>

#include "story2midi/nn/low_rank.h"
#include "train/modules/decoder_module.h"

namespace s2m::train {

class StyleModule : public torch::nn::Module {
 public:
  // Freezes `decoder`, which must outlive this. The change is zero at first; its lower half is drawn from torch's generator.
  // What reads the story is not changed: emotion is learnt from more than a composer's own pieces.
  StyleModule(DecoderModule& decoder, int rank);

  // Lets the decoder use its weights with the change as it is now.
  void apply();
  std::map<std::string, LowRankChange> changes() const;

 private:
  struct Changed {
    torch::Tensor weight, up, down;
  };
  DecoderModule& decoder_;
  std::map<std::string, Changed> changed_;
};

}  // namespace s2m::train
