// The text encoder in LibTorch: the parameters of nn/parameters.h under the same names, and the forward pass
// by which they learn (RoBERTa, Liu et al. 2019; post-norm).
#pragma once

#include <torch/nn/module.h>

#include <cstdint>
#include <string>
#include <unordered_map>

#include "story2midi/nn/config.h"

namespace s2m::train {

// Heads on a passage's pooled state.
struct EmotionHeads {
  torch::Tensor projection;       // (batch, projection), each row of length 1
  torch::Tensor valence_arousal;  // (batch, 2 config().scales) in [-1, 1]; the common scale first
  torch::Tensor labels;           // (batch, labels), logits
};

class EncoderModule : public torch::nn::Module {
 public:
  // Matrices start normal with deviation 0.02, drawn from `seed`.
  EncoderModule(const EncoderConfig& config, std::uint64_t seed);

  // tokens: (batch, length) int64; lengths: (batch) int64, or undefined where nothing is padding.
  // Returns the last layer's states (batch, length, width).
  torch::Tensor states(const torch::Tensor& tokens, const torch::Tensor& lengths = {}) const;
  // Mean over the tokens that are no padding: (batch, width) in float.
  torch::Tensor pooled(const torch::Tensor& states, const torch::Tensor& lengths = {}) const;
  // `pooled`: (batch, width). Throws Error without heads.
  EmotionHeads heads(const torch::Tensor& pooled) const;

  const torch::Tensor& parameter(const std::string& name) const { return parameters_by_name_.at(name); }
  const EncoderConfig& config() const { return config_; }
  // Of embeddings, attention's and the feed-forward's outputs and the pooled state, wherever gradients are
  // taken.
  double dropout = 0;
  // Type of the states between layers; bfloat16 only under autocast.
  torch::ScalarType activations = torch::kFloat;

 private:
  torch::Tensor embedded(const torch::Tensor& tokens) const;
  torch::Tensor linear(const std::string& at, const torch::Tensor& x) const;
  torch::Tensor norm(const std::string& at, const torch::Tensor& x) const;
  torch::Tensor drop(const torch::Tensor& x) const;
  torch::Tensor attend(const std::string& at, const torch::Tensor& x, const torch::Tensor& mask) const;
  torch::Tensor relative_bias(std::int64_t length) const;
  torch::Tensor layer(int index, const torch::Tensor& x, const torch::Tensor& mask) const;

  EncoderConfig config_;
  std::unordered_map<std::string, torch::Tensor> parameters_by_name_;
};

}  // namespace s2m::train
