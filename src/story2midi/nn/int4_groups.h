// Weights in 4 bits, in groups of 32 columns: weight = scale * (quant - zero), quant and zero from 0 to 15. Scales are
// bfloat16, so that a weight takes 4.625 bits. Of a group's 16 bytes, byte i holds column i in its lower half and
// column 16 + i in its upper half: kernels unpack four neighbours at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace s2m {

inline constexpr std::size_t kInt4Group = 32;  // columns

// Rows and columns may be stored so: whole pairs of groups, because zeros are stored two a byte. Matrices of few rows
// cost little in int8, and heads and biases are among them.
bool fits_int4(std::span<const std::int64_t> shape);

struct Int4Weights {
  std::vector<std::uint8_t> quants;   // two a byte, rows first
  std::vector<std::uint16_t> scales;  // one a group, bfloat16
  std::vector<std::uint8_t> zeros;    // two groups a byte, the first in the lower half
};
// Whole groups. Of several scales and zeros for each group, those of the least squared error.
Int4Weights to_int4(std::span<const float> weights);

// One group's 32 weights.
void from_int4(const std::uint8_t* quants, float scale, int zero, float* weights);
// The sum of quant - zero over a group.
int int4_sum(const std::uint8_t* quants, int zero);

}  // namespace s2m
