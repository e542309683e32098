// Rotary positions and causal self-attention with their own backward passes, which save memory traffic on a CPU.
#pragma once

#include <torch/types.h>

namespace s2m::train {

// cos and sin of position * base^(-2i / head_width): each (length, head_width / 2), fp32.
struct RotaryTable {
  torch::Tensor cosine;
  torch::Tensor sine;
};
RotaryTable rotary_table(std::int64_t length, std::int64_t head_width, double base, torch::Device device);

// qkv: (batch, length, 3 * width), in rows queries, keys, values. Returns (batch, length, width).
// Queries and keys are rotated (pairs i and i + head_width / 2), scores scaled by 1 / sqrt(head_width).
torch::Tensor causal_attention(const torch::Tensor& qkv, std::int64_t heads, const RotaryTable& rotary);

}  // namespace s2m::train
