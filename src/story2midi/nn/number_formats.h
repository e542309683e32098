// The narrow number formats of stored weights: bfloat16, IEEE half, and int8 with a scale.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <span>

namespace s2m {

inline float from_bf16(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

// Rounds to nearest even; for finite values.
inline std::uint16_t to_bf16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  return static_cast<std::uint16_t>((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

inline float from_f16(std::uint16_t bits) {
  const std::uint32_t exponent = bits >> 10 & 31u, fraction = bits & 1023u;
  const std::uint32_t wide = exponent == 31 ? 255 : exponent + 112;  // infinity and NaN stay what they are
  const float value = exponent == 0 ? static_cast<float>(fraction) * 0x1p-24f
                                    : std::bit_cast<float>(wide << 23 | fraction << 13);
  return (bits & 0x8000u) != 0 ? -value : value;
}

// Symmetric: written[i] * scale is within scale / 2 of row[i]. Returns the scale; 0 for a row of zeros.
inline float to_int8(std::span<const float> row, std::int8_t* written) {
  float largest = 0;
  for (const float value : row) largest = std::max(largest, std::abs(value));
  const float scale = largest / 127.f;
  for (const float value : row)
    *written++ = scale == 0.f
                     ? std::int8_t{0}
                     : static_cast<std::int8_t>(std::clamp(std::round(value / scale), -127.f, 127.f));
  return scale;
}

}  // namespace s2m
