// Matrices in 4 bits times vectors in int8. `Dots` are sixteen rows' sums of a group. For the files of this folder
// only; no standard library here (body.h says why).
#pragma once

#include "story2midi/nn/kernels/parts.h"

namespace s2m {
namespace {

constexpr int kGroupColumns = 32, kGroupSteps = 4;  // a step: four bytes a row, which are twice four columns

// Four inputs as one, for a set's broadcast.
inline int four_bytes(const unsigned char* from) {
  int four;
  __builtin_memcpy(&four, from, sizeof four);
  return four;
}

// Where a tile of B times sixteen rows and I inputs reads.
struct Int4Place {
  const unsigned char* weights;
  const BFloat16* scales;
  const unsigned char* zeros;
  const unsigned char* inputs;

  Int4Place(const Int4Product& p, int row, int input)
      : weights(p.weights + row / kPanelRows * (static_cast<long>(p.columns) / 2 * kPanelRows) +
                row % kPanelRows * kInt8Columns),
        scales(p.scales + first_group(p, row)),
        zeros(p.zeros + first_group(p, row)),
        inputs(p.inputs + static_cast<long>(input) * p.columns) {}
  static long first_group(const Int4Product& p, int row) {
    return row / kPanelRows * (static_cast<long>(p.columns) / kGroupColumns * kPanelRows) + row % kPanelRows;
  }
  void next_group() {
    weights += kGroupSteps * kPanelRows * kInt8Columns;
    scales += kPanelRows;
    zeros += kPanelRows;
    inputs += kGroupColumns;
  }
};

// One group's sums. The weights are unpacked once for all inputs.
template <class Dots, int B, int I>
inline void add_group(const Int4Place& at, long stride, Dots (&sums)[I][B]) {
  decltype(Dots::zeros(at.zeros)) zeros[B];
#pragma GCC unroll 8
  for (int b = 0; b < B; ++b) zeros[b] = Dots::zeros(at.zeros + b * kLanes);
#pragma GCC unroll 4
  for (int step = 0; step < kGroupSteps; ++step) {
    decltype(Dots::lower(at.weights, zeros[0])) lower[B], upper[B];
#pragma GCC unroll 8
    for (int b = 0; b < B; ++b) {
      const auto* const from = at.weights + (step * kPanelRows + b * kLanes) * kInt8Columns;
      if (I == 1) __builtin_prefetch(from + kPrefetchBytes);
      lower[b] = Dots::lower(from, zeros[b]);
      upper[b] = Dots::upper(from, zeros[b]);
    }
    const auto* const x = at.inputs + step * kInt8Columns;
#pragma GCC unroll 8
    for (int i = 0; i < I; ++i) {
      const auto first = Dots::input(x + i * stride),
                 second = Dots::input(x + i * stride + kGroupColumns / 2);
#pragma GCC unroll 8
      for (int b = 0; b < B; ++b) sums[i][b].add_product(lower[b], first);
#pragma GCC unroll 8
      for (int b = 0; b < B; ++b) sums[i][b].add_product(upper[b], second);
    }
  }
}

template <class Lanes, class Dots, int B, int I>
inline void multiply_int4_tile(const Int4Product& p, int row, int input) {
  Int4Place at(p, row, input);
  Lanes totals[I][B];
#pragma GCC unroll 8
  for (int i = 0; i < I; ++i)
#pragma GCC unroll 8
    for (int b = 0; b < B; ++b) totals[i][b] = Lanes::load(p.starts + row + b * kLanes);
  for (int group = p.columns / kGroupColumns; group > 0; --group, at.next_group()) {
    Dots sums[I][B];
#pragma GCC unroll 8
    for (int i = 0; i < I; ++i)
#pragma GCC unroll 8
      for (int b = 0; b < B; ++b) sums[i][b] = Dots::all(0);
    add_group<Dots, B, I>(at, p.columns, sums);
#pragma GCC unroll 8
    for (int b = 0; b < B; ++b) {
      const Lanes scales = Lanes::load(at.scales + b * kLanes);
#pragma GCC unroll 8
      for (int i = 0; i < I; ++i) totals[i][b] = fma(sums[i][b].numbers(), scales, totals[i][b]);
    }
  }
  float* const to = p.outputs + static_cast<long>(input) * p.rows + row;
#pragma GCC unroll 8
  for (int b = 0; b < B; ++b) {
    const Lanes bias = p.bias == nullptr
                           ? Lanes::all(0)
                           : load_part<Lanes>(p.bias + row + b * kLanes, p.rows - row - b * kLanes, 0);
#pragma GCC unroll 8
    for (int i = 0; i < I; ++i)
      store_part(fma(totals[i][b], Lanes::all(p.input_scales[input + i]), bias),
                 to + static_cast<long>(i) * p.rows + b * kLanes, p.rows - row - b * kLanes);
  }
}

// All inputs from `input` on: I at once, and what is left at once too.
template <class Lanes, class Dots, int B, int I>
inline void multiply_int4_inputs(const Int4Product& p, int row, int input) {
  for (; input + I <= p.count; input += I) multiply_int4_tile<Lanes, Dots, B, I>(p, row, input);
  if constexpr (I > 1)
    if (input < p.count) multiply_int4_inputs<Lanes, Dots, B, I - 1>(p, row, input);
}

// Panels are whole: rows beyond the last are computed, and not stored.
template <class Lanes, class Dots>
void multiply_int4(const Int4Product& p) {
  constexpr int kTogether = Dots::kBlocks * kLanes;
  for (int row = p.first_panel * kPanelRows; row < p.end_panel * kPanelRows && row < p.rows; row += kTogether)
    multiply_int4_inputs<Lanes, Dots, Dots::kBlocks, Dots::kInputs>(p, row, 0);
}

}  // namespace
}  // namespace s2m
