// The kernels' loops, written once over a set's two types: `Lanes`, sixteen floats, and `Dots`, sixteen sums
// of products of int8. For the files of this folder only. No standard library here: what one of these files
// instantiates under its instruction set must not be what the linker keeps for all others.
#pragma once

#include "nn/kernels/kernels.h"

namespace s2m {
namespace {

constexpr float kLowest = -3e38f;

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

// ---- Products. `Sums` are sixteen rows' sums: FloatSums below, or a set's Dots.

template <class Lanes, class Weight>
struct FloatSums {
  static constexpr int kColumns = 1, kBlocks = Lanes::kBlocks, kInputs = Lanes::kInputs;
  Lanes v;
  static FloatSums zero() { return {Lanes::all(0)}; }
  static Lanes weights(const Weight* from) { return Lanes::load(from); }
  static Lanes input(const float* from) { return Lanes::all(*from); }
  void add_product(const Lanes& w, const Lanes& x) { v = fma(w, x, v); }
  Lanes result(const MatrixProduct<Weight>& p, int row, int) const {
    return p.bias == nullptr ? v : v + Lanes::load(p.bias + row);
  }
};

// What raising the weights has added to the sums of an input's products.
inline int raised(const Int8Product& p, int input) { return kRaised * static_cast<int>(p.input_sums[input]); }

template <class Lanes>
inline Lanes scaled(const Lanes& dots, const Int8Product& p, int row, int input) {
  const Lanes step = Lanes::all(p.input_scales[input]);
  const Lanes scale = p.scales == nullptr ? step : Lanes::load(p.scales + row) * step;
  return fma(dots, scale, p.bias == nullptr ? Lanes::all(0) : Lanes::load(p.bias + row));
}

// B times sixteen rows of one panel and I inputs, their sums held in registers.
template <class Sums, int B, int I, class Product>
inline void multiply_tile(const Product& p, int row, int input) {
  constexpr int kStep = kPanelRows * Sums::kColumns;
  const int steps = (p.columns + Sums::kColumns - 1) / Sums::kColumns;
  const long width = static_cast<long>(steps) * Sums::kColumns;
  const long room = p.room == 0 ? width : (p.room + Sums::kColumns - 1) / Sums::kColumns * Sums::kColumns;
  const auto* w = p.weights + row / kPanelRows * (room * kPanelRows) + row % kPanelRows * Sums::kColumns;
  const auto* x = p.inputs + input * width;
  Sums sums[I][B];
  for (auto& of_input : sums)
    for (auto& sum : of_input) sum = Sums::zero();
#pragma GCC unroll 4  // else g++ spends as much on copying the sums as on adding to them
  for (int k = 0; k < steps; ++k, w += kStep, x += Sums::kColumns) {
    decltype(Sums::input(x)) xs[I];
    for (int i = 0; i < I; ++i) xs[i] = Sums::input(x + i * width);
    for (int b = 0; b < B; ++b) {
      const auto* at = w + b * kLanes * Sums::kColumns;
      if (I == 1) __builtin_prefetch(reinterpret_cast<const char*>(at) + p.ahead);
      const auto ws = Sums::weights(at);
      for (int i = 0; i < I; ++i) sums[i][b].add_product(ws, xs[i]);
    }
  }
  for (int i = 0; i < I; ++i)
    for (int b = 0; b < B; ++b) {
      const int at = row + b * kLanes;
      store_part(sums[i][b].result(p, at, input + i), p.outputs + static_cast<long>(input + i) * p.rows + at,
                 p.rows - at);
    }
}

// All inputs from `input` on: I at once, and what is left by half as many.
template <class Sums, int B, int I, class Product>
inline void multiply_inputs(const Product& p, int row, int input) {
  for (; input + I <= p.count; input += I) multiply_tile<Sums, B, I>(p, row, input);
  if constexpr (I > 1) multiply_inputs<Sums, B, I / 2>(p, row, input);
}

template <class Sums, class Product>
void multiply(const Product& p) {
  for (int panel = p.first_panel; panel < p.end_panel; ++panel) {
    int row = panel * kPanelRows;
    const int end = row + kPanelRows < p.rows ? row + kPanelRows : p.rows;
    constexpr int kTogether = Sums::kBlocks * kLanes;
    for (; row + kTogether <= end; row += kTogether)
      multiply_inputs<Sums, Sums::kBlocks, Sums::kInputs>(p, row, 0);
    for (; row < end; row += kLanes) multiply_inputs<Sums, 1, Sums::kInputs>(p, row, 0);
  }
}

constexpr int panels_of(int rows) { return (rows + kPanelRows - 1) / kPanelRows; }

// ---- Functions of numbers.

// To the nearest whole number, of two the even one; for numbers below 2^22.
template <class Lanes>
inline Lanes rounded(const Lanes& x) {
  const Lanes magic = Lanes::all(12582912.f);  // 1.5 * 2^23
  return (x + magic) - magic;
}

// By Horner's rule, the highest power's coefficient first.
template <class Lanes, int N>
inline Lanes polynomial(const float (&coefficients)[N], const Lanes& x) {
  Lanes sum = Lanes::all(coefficients[0]);
  for (int i = 1; i < N; ++i) sum = fma(sum, x, Lanes::all(coefficients[i]));
  return sum;
}

// e^x to about one unit in the last place: 2^n e^r with |r| <= ln 2 / 2, and Cephes' polynomial for e^r.
template <class Lanes>
inline Lanes exponential(Lanes x) {
  constexpr float kPowers[] = {1.9875691500e-4f, 1.3981999507e-3f, 8.3334519073e-3f,
                               4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f};
  x = min(max(x, Lanes::all(-87.f)), Lanes::all(88.f));
  const Lanes n = rounded(x * Lanes::all(1.44269504f));
  const Lanes r = fma(n, Lanes::all(2.12194440e-4f), fma(n, Lanes::all(-0.693359375f), x));
  return (fma(polynomial(kPowers, r), r * r, r) + Lanes::all(1)) * power_of_two(n);
}

// The error function as a quotient of polynomials (Eigen's coefficients).
template <class Lanes>
inline Lanes error_function(Lanes x) {
  constexpr float kUpper[] = {-2.72614225801306e-10f, 2.77068142495902e-08f,  -2.10102402082508e-06f,
                              -5.69250639462346e-05f, -7.34990630326855e-04f, -2.95459980854025e-03f,
                              -1.60960333262415e-02f};
  constexpr float kLower[] = {-1.45660718464996e-05f, -2.13374055278905e-04f, -1.68282697438203e-03f,
                              -7.37332916720468e-03f, -1.42647390514189e-02f};
  x = min(max(x, Lanes::all(-4)), Lanes::all(4));
  const Lanes squared = x * x;
  return x * polynomial(kUpper, squared) / polynomial(kLower, squared);
}

template <class Lanes>
void gelu(float* x, int count) {
  for (int i = 0; i < count; i += kLanes) {
    const Lanes v = load_part<Lanes>(x + i, count - i, 0);
    const Lanes phi = Lanes::all(1) + error_function(v * Lanes::all(0.70710678f));
    store_part(v * Lanes::all(0.5f) * phi, x + i, count - i);
  }
}

template <class Lanes>
inline float largest_of(const float* x, int count) {
  Lanes largest = Lanes::all(kLowest);
  for (int i = 0; i < count; i += kLanes) largest = max(largest, load_part<Lanes>(x + i, count - i, kLowest));
  return largest.largest();
}

// x = e^(scale * (x - the largest)); returns their sum.
template <class Lanes>
inline float exponentials(float* x, int count, float scale) {
  const Lanes largest = Lanes::all(largest_of<Lanes>(x, count));
  Lanes sums = Lanes::all(0);
  for (int i = 0; i < count; i += kLanes) {
    const Lanes v = exponential((load_part<Lanes>(x + i, count - i, kLowest) - largest) * Lanes::all(scale));
    store_part(v, x + i, count - i);
    sums = sums + load_part<Lanes>(x + i, count - i, 0);
  }
  return sums.sum();
}

template <class Lanes>
inline void scale(float* x, int count, const Lanes& factor) {
  for (int i = 0; i < count; i += kLanes)
    store_part(load_part<Lanes>(x + i, count - i, 0) * factor, x + i, count - i);
}

template <class Lanes>
void softmax(float* x, int count) {
  scale(x, count, Lanes::all(1.f / exponentials<Lanes>(x, count, 1.f)));
}

template <class Lanes>
void normalise(const Normalisation& n) {
  Lanes sums = Lanes::all(0), squares = Lanes::all(0);
  const auto width = static_cast<float>(n.width);
  for (int i = 0; i < n.width; i += kLanes) sums = sums + load_part<Lanes>(n.input + i, n.width - i, 0);
  const float mean = sums.sum() / width;
  for (int i = 0; i < n.width; i += kLanes) {
    const Lanes apart = load_part<Lanes>(n.input + i, n.width - i, mean) - Lanes::all(mean);
    squares = fma(apart, apart, squares);
  }
  const Lanes scale = Lanes::all(1.f / __builtin_sqrtf(squares.sum() / width + n.epsilon));
  for (int i = 0; i < n.width; i += kLanes) {
    const int left = n.width - i;
    const Lanes apart = load_part<Lanes>(n.input + i, left, 0) - Lanes::all(mean);
    const Lanes weight = load_part<Lanes>(n.weight + i, left, 0),
                bias = load_part<Lanes>(n.bias + i, left, 0);
    store_part(fma(apart * scale, weight, bias), n.output + i, left);
  }
}

template <class Lanes>
void quantise(const Quantisation& q) {
  Lanes largest = Lanes::all(0);
  for (int i = 0; i < q.width; i += kLanes) {
    const Lanes v = load_part<Lanes>(q.input + i, q.width - i, 0);
    largest = max(largest, max(v, Lanes::all(0) - v));
  }
  *q.scale = largest.largest() / 127.f;
  const Lanes steps = Lanes::all(*q.scale > 1e-30f ? 1.f / *q.scale : 0.f);
  const int padded = (q.width + kInt8Columns - 1) / kInt8Columns * kInt8Columns;
  Lanes sums = Lanes::all(0);
  for (int i = 0; i < padded; i += kLanes) {
    const Lanes v = rounded(load_part<Lanes>(q.input + i, q.width - i, 0) * steps);
    sums = sums + v;
    signed char part[kLanes];
    const bool whole = padded - i >= kLanes;
    v.store(whole ? q.output + i : part);
    for (int k = 0; !whole && k < padded - i; ++k) q.output[i + k] = part[k];
  }
  *q.sum = sums.sum();
}

// ---- Attention.

template <class Lanes, class Number>
void attend(const HeadAttention<Number>& a) {
  using Sums = FloatSums<Lanes, Number>;
  multiply<Sums>(MatrixProduct<Number>{a.keys, nullptr, a.queries, a.scores, a.count, a.width, a.query_count,
                                       0, panels_of(a.count)});
  const float shrink = 1.f / __builtin_sqrtf(static_cast<float>(a.width));
  for (int i = 0; i < a.query_count; ++i) {
    float* weights = a.scores + static_cast<long>(i) * a.count;
    scale(weights, a.count, Lanes::all(1.f / exponentials<Lanes>(weights, a.count, shrink)));
  }
  multiply<Sums>(MatrixProduct<Number>{a.values, nullptr, a.scores, a.out, a.width, a.count, a.query_count, 0,
                                       panels_of(a.width), a.slots});
}

// Both sums are products of int8: of the query with the keys, and of the weights, each times its value's
// scale, with the values.
template <class Lanes, class Dots>
void attend_int8(const Int8Attention& a) {
  const long ahead = a.values - a.keys;
  float step, sum;
  quantise<Lanes>({a.query, a.steps, &step, &sum, a.width});
  multiply<Dots>(Int8Product{a.keys, a.key_scales, nullptr, a.steps, &step, &sum, a.scores, a.count, a.width,
                             1, 0, panels_of(a.count), 0, ahead});
  const float shrink = 1.f / __builtin_sqrtf(static_cast<float>(a.width));
  const float total = exponentials<Lanes>(a.scores, a.count, shrink);
  for (int i = 0; i < a.count; i += kLanes) {
    const Lanes weights = load_part<Lanes>(a.scores + i, a.count - i, 0);
    store_part(weights * Lanes::load(a.value_scales + i), a.scores + i, a.count - i);
  }
  quantise<Lanes>({a.scores, a.steps, &step, &sum, a.count});
  step /= total;
  multiply<Dots>(Int8Product{a.values, nullptr, nullptr, a.steps, &step, &sum, a.out, a.width, a.count, 1, 0,
                             panels_of(a.width), a.slots, ahead});
}

template <class Lanes, class Dots>
constexpr Kernels kernels_of(const char* name) {
  return {name,
          multiply<FloatSums<Lanes, float>>,
          multiply<FloatSums<Lanes, BFloat16>>,
          multiply<Dots>,
          attend<Lanes, float>,
          attend<Lanes, BFloat16>,
          attend_int8<Lanes, Dots>,
          quantise<Lanes>,
          normalise<Lanes>,
          gelu<Lanes>,
          softmax<Lanes>};
}

}  // namespace
}  // namespace s2m
