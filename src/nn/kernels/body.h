// The kernels' loops over `Lanes`: sixteen floats that are added, multiplied and summed in one way by every
// set. For the files of this folder only. No standard library here: what one of these files instantiates
// under its instruction set must not be what the linker keeps for all others.
#pragma once

#include "nn/kernels/kernels.h"

namespace s2m {
namespace {

constexpr int kLanes = 16;
// One input waits for the weights from memory: asking for them early doubles its speed (rows are too short
// for the processor to foresee).
constexpr int kBytesAhead = 8192;

template <class Number>
inline void copy_padded(const Number* from, int count, Number* to) {
  for (int i = 0; i < kLanes; ++i) to[i] = i < count ? from[i] : Number{0};
}

// A block of R rows times I inputs, its sums held in registers.
template <class Lanes, int R, int I, class Weight>
inline void multiply_block(const MatrixProduct<Weight>& p, int row, int input) {
  const Weight* w = p.weights + static_cast<long>(row) * p.columns;
  const float* x = p.inputs + static_cast<long>(input) * p.columns;
  Lanes sums[R][I];
  for (auto& of_row : sums)
    for (auto& sum : of_row) sum = Lanes::zero();
  const int whole = p.columns / kLanes * kLanes;
  for (int k = 0; k < whole; k += kLanes) {
    Lanes xs[I];
    for (int i = 0; i < I; ++i) xs[i] = Lanes::load(x + static_cast<long>(i) * p.columns + k);
    for (int r = 0; r < R; ++r) {
      const Weight* at = w + static_cast<long>(r) * p.columns + k;
      if (I == 1) __builtin_prefetch(reinterpret_cast<const char*>(at) + kBytesAhead);
      const Lanes ws = Lanes::load(at);
      for (int i = 0; i < I; ++i) sums[r][i].add_product(ws, xs[i]);
    }
  }
  if (whole < p.columns) {
    Weight ws[kLanes];
    float xs[kLanes];
    for (int r = 0; r < R; ++r) {
      copy_padded(w + static_cast<long>(r) * p.columns + whole, p.columns - whole, ws);
      for (int i = 0; i < I; ++i) {
        copy_padded(x + static_cast<long>(i) * p.columns + whole, p.columns - whole, xs);
        sums[r][i].add_product(Lanes::load(ws), Lanes::load(xs));
      }
    }
  }
  for (int r = 0; r < R; ++r) {
    const float scale = p.scales == nullptr ? 1.f : p.scales[row + r];
    const float bias = p.bias == nullptr ? 0.f : p.bias[row + r];
    for (int i = 0; i < I; ++i)
      p.outputs[static_cast<long>(input + i) * p.rows + row + r] =
          __builtin_fmaf(sums[r][i].sum(), scale, bias);
  }
}

// Inputs R rows at a time: several together, then the rest one by one.
template <class Lanes, int R, class Weight>
inline void multiply_rows(const MatrixProduct<Weight>& p, int row) {
  int input = 0;
  for (; input + Lanes::kInputs <= p.count; input += Lanes::kInputs)
    multiply_block<Lanes, R, Lanes::kInputs>(p, row, input);
  for (; input < p.count; ++input) multiply_block<Lanes, R, 1>(p, row, input);
}

// So many inputs stay in the innermost cache while the weights pass by.
constexpr int kGroup = 16;

template <class Lanes, class Weight>
void multiply(const MatrixProduct<Weight>& p) {
  for (int first = 0; first < p.count; first += kGroup) {
    MatrixProduct<Weight> group = p;
    group.inputs += static_cast<long>(first) * p.columns;
    group.outputs += static_cast<long>(first) * p.rows;
    group.count = p.count - first < kGroup ? p.count - first : kGroup;
    int row = 0;
    for (; row + Lanes::kRows <= p.rows; row += Lanes::kRows) multiply_rows<Lanes, Lanes::kRows>(group, row);
    for (; row < p.rows; ++row) multiply_rows<Lanes, 1>(group, row);
  }
}

// kBlocks times sixteen columns at once.
template <class Lanes, int kBlocks>
inline void sum_block(const WeightedSum& s, int column) {
  Lanes sums[kBlocks];
  for (auto& sum : sums) sum = Lanes::zero();
  for (int r = 0; r < s.rows; ++r) {
    const Lanes weight = Lanes::all(s.weights[r]);
    const float* at = s.inputs + static_cast<long>(r) * s.columns + column;
    for (int b = 0; b < kBlocks; ++b) sums[b].add_product(weight, Lanes::load(at + b * kLanes));
  }
  for (int b = 0; b < kBlocks; ++b) sums[b].store(s.output + column + b * kLanes);
}

template <class Lanes>
void sum_rows(const WeightedSum& s) {
  int column = 0;
  for (; column + 4 * kLanes <= s.columns; column += 4 * kLanes) sum_block<Lanes, 4>(s, column);
  for (; column + kLanes <= s.columns; column += kLanes) sum_block<Lanes, 1>(s, column);
  for (; column < s.columns; ++column) {
    float sum = 0;
    for (int r = 0; r < s.rows; ++r)
      sum = __builtin_fmaf(s.weights[r], s.inputs[static_cast<long>(r) * s.columns + column], sum);
    s.output[column] = sum;
  }
}

}  // namespace
}  // namespace s2m
