// AdamW (Loshchilov & Hutter 2019) over all of a module's parameters laid out in one buffer.
#pragma once

#include <torch/nn/module.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "story2midi/nn/parameters.h"

namespace s2m::train {

struct Slice {
  std::string name;
  Shape shape;
  std::int64_t offset = 0;  // in floats
  double rate = 1;          // share of the learning rate
  bool decays = false;      // matrices, by AdamWStep::weight_decay
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

// The share of the learning rate by which a parameter is trained, by its name; empty: 1 for all.
using RateOf = std::function<double(const std::string& name)>;

// Makes every trainable parameter of a module, and its gradient, a view into one buffer.
class AdamW {
 public:
  AdamW(torch::nn::Module& module, torch::Device device, const RateOf& rate_of = {});
  void zero_gradients();
  double gradient_norm() const;
  void step(const AdamWStep& step);

  // Keeps an exponential moving average of the values from here on (Polyak averaging).
  void keep_average();
  // Moves the average by `share` towards the values.
  void average(double share);
  // Exchanges values and average; without an average nothing happens.
  void swap_average();

  const std::vector<Slice>& slices() const { return slices_; }
  // Each a flat fp32 tensor; a slice's elements stand at its offset.
  torch::Tensor& values() { return values_; }
  torch::Tensor& gradients() { return gradients_; }
  torch::Tensor& first() { return first_; }
  torch::Tensor& second() { return second_; }
  torch::Tensor& averages() { return average_; }  // undefined without keep_average()

 private:
  std::vector<Slice> slices_;
  torch::Tensor values_, gradients_, first_, second_, average_;
};

}  // namespace s2m::train
