// A decoding step as one would write it down at first: fp32, one loop a product, no kernels (in the manner of
// llama2.c). Random weights; what it computes is not looked at, only how long it takes.
#pragma once

#include <cstddef>
#include <vector>

#include "story2midi/nn/config.h"

namespace s2m::bench {

class PlainDecoder {
 public:
  explicit PlainDecoder(const DecoderConfig& config);
  // The step at `position`: all layers, and the heads of a note's five choices.
  void step(int position);

 private:
  struct Layer {
    std::vector<float> qkv, out, query, cross_out, up, down, keys, values, memory;
  };
  void attend(const std::vector<float>& keys, const std::vector<float>& values, int count);

  DecoderConfig config_;
  std::vector<Layer> layers_;
  std::vector<float> heads_, x_, normed_, qkv_, attended_, hidden_, out_, scores_;
};

}  // namespace s2m::bench
