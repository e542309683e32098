// Matrices times vectors. `Sums` are sixteen rows' sums: FloatSums below, or a set's Dots.
// For the files of this folder only; no standard library here (body.h says why).
#pragma once

#include "story2midi/nn/kernels/parts.h"

namespace s2m {
namespace {

template <class Lanes, class Weight>
struct FloatSums {
  static constexpr int kColumns = 1, kBlocks = Lanes::kBlocks, kInputs = Lanes::kInputs;
  Lanes v;
  static FloatSums all(float value) { return {Lanes::all(value)}; }
  static Lanes weights(const Weight* from) { return Lanes::load(from); }
  static Lanes input(const float* from) { return Lanes::all(*from); }
  void add_product(const Lanes& w, const Lanes& x) { v = fma(w, x, v); }
  Lanes numbers() const { return v; }
};

// Where the sums of an input begin: what raising the weights adds is taken off beforehand.
inline int first_sum(const Int8Product& p, int input) {
  return -kZeroPoint * static_cast<int>(p.input_sums[input]);
}
template <class Weight>
inline float first_sum(const MatrixProduct<Weight>&, int) {
  return 0;
}

// What makes outputs of sixteen rows' sums.
template <class Lanes>
struct Ending {
  Lanes scales, bias;

  template <class Product>
  Ending(const Product& p, int row)
      : scales(scales_of(p, row)), bias(p.bias == nullptr ? Lanes::all(0) : Lanes::load(p.bias + row)) {}
  static Lanes scales_of(const Int8Product& p, int row) {
    return p.scales == nullptr ? Lanes::all(1) : Lanes::load(p.scales + row);
  }
  template <class Weight>
  static Lanes scales_of(const MatrixProduct<Weight>&, int) {
    return Lanes::all(1);
  }
  Lanes output(const Lanes& sums, const Int8Product& p, int input) const {
    return fma(sums, scales * Lanes::all(p.input_scales[input]), bias);
  }
  template <class Weight>
  Lanes output(const Lanes& sums, const MatrixProduct<Weight>&, int) const {
    return sums + bias;
  }
};

// B times sixteen rows of one panel and I inputs, their sums held in registers: for that the loops over them
// are unrolled before the compiler places them.
template <class Lanes, class Sums, int B, int I, class Product>
inline void multiply_tile(const Product& p, int row, int input) {
  constexpr int kStep = kPanelRows * Sums::kColumns;
  const long width = round_up(p.columns, Sums::kColumns);
  const long capacity = p.column_capacity == 0 ? width : round_up(p.column_capacity, Sums::kColumns);
  const int steps = static_cast<int>(width) / Sums::kColumns;
  const auto* w = p.weights + row / kPanelRows * (capacity * kPanelRows) + row % kPanelRows * Sums::kColumns;
  const long input_stride = p.input_stride == 0 ? width : p.input_stride;
  const long output_stride = p.output_stride == 0 ? p.rows : p.output_stride;
  const auto* x = p.inputs + input * input_stride;
  const long next = capacity * kPanelRows + input / I % B * (kLanes * Sums::kColumns);
  const bool bypass_l2 = p.bypass_l2;
  Sums sums[I][B];
#pragma GCC unroll 8
  for (int i = 0; i < I; ++i)
#pragma GCC unroll 8
    for (int b = 0; b < B; ++b) sums[i][b] = Sums::all(first_sum(p, input + i));
  for (int k = 0; k < steps; ++k, w += kStep, x += Sums::kColumns) {
    decltype(Sums::input(x)) xs[I];
    if (I > 1) __builtin_prefetch(w + next, 0, 2);
#pragma GCC unroll 8
    for (int i = 0; i < I; ++i) xs[i] = Sums::input(x + i * input_stride);
#pragma GCC unroll 8
    for (int b = 0; b < B; ++b) {
      const auto* at = w + b * kLanes * Sums::kColumns;
      if (I == 1 && bypass_l2) __builtin_prefetch(reinterpret_cast<const char*>(at) + p.prefetch_bytes, 0, 0);
      if (I == 1 && !bypass_l2) __builtin_prefetch(reinterpret_cast<const char*>(at) + p.prefetch_bytes);
      const auto ws = Sums::weights(at);
#pragma GCC unroll 8
      for (int i = 0; i < I; ++i) sums[i][b].add_product(ws, xs[i]);
    }
  }
#pragma GCC unroll 8
  for (int b = 0; b < B; ++b) {
    const int at = row + b * kLanes;
    const Ending<Lanes> ending(p, at);
    float* const to = p.outputs + input * output_stride + at;
#pragma GCC unroll 8
    for (int i = 0; i < I; ++i)
      store_part(ending.output(sums[i][b].numbers(), p, input + i), to + i * output_stride, p.rows - at);
  }
}

// All inputs from `input` on: I at once, and what is left at once too.
template <class Lanes, class Sums, int B, int I, class Product>
inline void multiply_inputs(const Product& p, int row, int input) {
  for (; input + I <= p.count; input += I) multiply_tile<Lanes, Sums, B, I>(p, row, input);
  if constexpr (I > 1)
    if (input < p.count) multiply_inputs<Lanes, Sums, B, I - 1>(p, row, input);
}

// Likewise the rows up to `end`, B times sixteen at once; there is room for the last ones' sums.
template <class Lanes, class Sums, int B, class Product>
inline void multiply_rows(const Product& p, int row, int end) {
  for (; row + (B - 1) * kLanes < end; row += B * kLanes)
    multiply_inputs<Lanes, Sums, B, Sums::kInputs>(p, row, 0);
  if constexpr (B > 1)
    if (row < end) multiply_rows<Lanes, Sums, B - 1>(p, row, end);
}

template <class Lanes, class Sums, class Product>
void multiply(const Product& p) {
  for (int panel = p.first_panel; panel < p.end_panel; ++panel) {
    const int row = panel * kPanelRows;
    multiply_rows<Lanes, Sums, Sums::kBlocks>(p, row, row + kPanelRows < p.rows ? row + kPanelRows : p.rows);
  }
}

constexpr int panels_of(int rows) { return round_up(rows, kPanelRows) / kPanelRows; }

}  // namespace
}  // namespace s2m
