// Keyed noise: a value depends on the seed, the stream and the index alone.
#pragma once

#include <cmath>
#include <cstdint>

#include "story2midi/base/random.h"

namespace s2m {

// Mean 0, deviation 1: the sum of four uniform values, near to normal and never beyond 3.5.
inline double bell_noise(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  double sum = 0;
  for (std::uint64_t i = 0; i < 4; ++i) sum += random_uniform(seed, stream, 4 * index + i) - 0.5;
  return sum * std::sqrt(3.0);
}

// 1/f noise by index, mean 0, deviation 1: six sources, each of which changes half as often as the one before
// (Voss and Clarke 1978).
inline double pink_noise(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  constexpr int kSources = 6;
  double sum = 0;
  for (int level = 0; level < kSources; ++level)
    sum += bell_noise(seed, kSources * stream + static_cast<std::uint64_t>(level), index >> level);
  return sum / std::sqrt(double(kSources));
}

}  // namespace s2m
