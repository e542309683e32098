// Rows in parts of sixteen numbers. For the files of this folder only; no standard library here (body.h says
// why).
#pragma once

#include "story2midi/nn/kernels/kernels.h"

namespace s2m {
namespace {

constexpr float kLowest = -3e38f;
constexpr float kOnes[kLanes] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

template <class Lanes>
inline Lanes load_part(const float* from, int left, float fill) {
  if (left >= kLanes) return Lanes::load(from);
  if constexpr (Lanes::kMasks) return Lanes::load_first(left, from, fill);
  float part[kLanes];
  for (int i = 0; i < kLanes; ++i) part[i] = i < left ? from[i] : fill;
  return Lanes::load(part);
}

template <class Lanes>
inline void store_part(const Lanes& lanes, float* to, int left) {
  if (left >= kLanes) return lanes.store(to);
  if constexpr (Lanes::kMasks) return lanes.store_first(left, to);
  float part[kLanes];
  lanes.store(part);
  for (int i = 0; i < left; ++i) to[i] = part[i];
}

// Of an input, the bytes that meet four columns.
inline int four_bytes(const signed char* from) {
  int four;
  __builtin_memcpy(&four, from, sizeof four);
  return four;
}

// f(i, how many), for each sixteen numbers from i on, and for those that are left.
template <class F>
inline void for_lane_blocks(int count, F&& f) {
  int i = 0;
  for (; i + kLanes <= count; i += kLanes) f(i, kLanes);
  if (i < count) f(i, count - i);
}

// A row's maximum or mean needs a horizontal reduction, whose latency stalls the core. Four rows are reduced at
// once to hide it.
constexpr int kBlockRows = 4;
template <class F>
inline void for_row_blocks(int count, F&& f) {
  for (int first = 0; first < count; first += kBlockRows)
    f(first, first + kBlockRows < count ? kBlockRows : count - first);
}

}  // namespace
}  // namespace s2m
