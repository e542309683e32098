// AdamW (Loshchilov & Hutter 2019) over all of a module's parameters laid out in one buffer.
#pragma once

#include <torch/nn/module.h>

#include <cstdint>
#include <string>
#include <vector>

#include "story2midi/nn/parameters.h"

namespace s2m::train {

struct Slice {
  std::string name;
  Shape shape;
  std::int64_t offset = 0;  // in floats
};

struct AdamWStep {
  double learning_rate = 0;
  double beta1 = 0.9;
  double beta2 = 0.95;
  double weight_decay = 0;
  double epsilon = 1e-8;
  std::int64_t number = 1;      // counted from 1, for the bias correction
  double gradient_scale = 1.0;  // gradients are multiplied by this
};

// Makes every trainable parameter of a module, and its gradient, a view into one buffer; matrices come first,
// so that weight decay is a matter of range.
class AdamW {
 public:
  AdamW(torch::nn::Module& module, torch::Device device);
  void zero_gradients();
  double gradient_norm() const;
  void step(const AdamWStep& step);

  const std::vector<Slice>& slices() const { return slices_; }
  // Each a flat fp32 tensor; a slice's elements stand at its offset.
  torch::Tensor& values() { return values_; }
  torch::Tensor& first() { return first_; }
  torch::Tensor& second() { return second_; }

 private:
  std::vector<Slice> slices_;
  std::int64_t decayed_ = 0;  // elements before this are matrices'
  torch::Tensor values_, gradients_, first_, second_;
};

}  // namespace s2m::train
