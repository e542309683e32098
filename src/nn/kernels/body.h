// The kernels' loops, written once over a set's two types: `Lanes`, sixteen floats, and `Dots`, sixteen sums
// of products of int8. For the files of this folder only. No standard library here: what one of these files
// instantiates under its instruction set must not be what the linker keeps for all others.
#pragma once

#include "nn/kernels/kernels.h"

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

// f(i, how many), for each sixteen numbers from i on, and for those that are left.
template <class F>
inline void each_part(int count, F&& f) {
  int i = 0;
  for (; i + kLanes <= count; i += kLanes) f(i, kLanes);
  if (i < count) f(i, count - i);
}

// ---- Products. `Sums` are sixteen rows' sums: FloatSums below, or a set's Dots.

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
  return -kRaised * static_cast<int>(p.input_sums[input]);
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
  const int steps = (p.columns + Sums::kColumns - 1) / Sums::kColumns;
  const long width = static_cast<long>(steps) * Sums::kColumns;
  const long room = p.room == 0 ? width : (p.room + Sums::kColumns - 1) / Sums::kColumns * Sums::kColumns;
  const auto* w = p.weights + row / kPanelRows * (room * kPanelRows) + row % kPanelRows * Sums::kColumns;
  const long inputs_apart = p.inputs_apart == 0 ? width : p.inputs_apart;
  const long outputs_apart = p.outputs_apart == 0 ? p.rows : p.outputs_apart;
  const auto* x = p.inputs + input * inputs_apart;
  const long next = room * kPanelRows + input / I % B * (kLanes * Sums::kColumns);
  const bool passing = p.passing;
  Sums sums[I][B];
#pragma GCC unroll 8
  for (int i = 0; i < I; ++i)
#pragma GCC unroll 8
    for (int b = 0; b < B; ++b) sums[i][b] = Sums::all(first_sum(p, input + i));
  for (int k = 0; k < steps; ++k, w += kStep, x += Sums::kColumns) {
    decltype(Sums::input(x)) xs[I];
    if (I > 1) __builtin_prefetch(w + next, 0, 2);
#pragma GCC unroll 8
    for (int i = 0; i < I; ++i) xs[i] = Sums::input(x + i * inputs_apart);
#pragma GCC unroll 8
    for (int b = 0; b < B; ++b) {
      const auto* at = w + b * kLanes * Sums::kColumns;
      if (I == 1 && passing) __builtin_prefetch(reinterpret_cast<const char*>(at) + p.ahead, 0, 0);
      if (I == 1 && !passing) __builtin_prefetch(reinterpret_cast<const char*>(at) + p.ahead);
      const auto ws = Sums::weights(at);
#pragma GCC unroll 8
      for (int i = 0; i < I; ++i) sums[i][b].add_product(ws, xs[i]);
    }
  }
#pragma GCC unroll 8
  for (int b = 0; b < B; ++b) {
    const int at = row + b * kLanes;
    const Ending<Lanes> ending(p, at);
    float* const to = p.outputs + input * outputs_apart + at;
#pragma GCC unroll 8
    for (int i = 0; i < I; ++i)
      store_part(ending.output(sums[i][b].numbers(), p, input + i), to + i * outputs_apart, p.rows - at);
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
  each_part(count, [&](int i, int left) {
    const Lanes v = load_part<Lanes>(x + i, left, 0);
    const Lanes phi = Lanes::all(1) + error_function(v * Lanes::all(0.70710678f));
    store_part(v * Lanes::all(0.5f) * phi, x + i, left);
  });
}

template <class Lanes>
inline float largest_of(const float* x, int count) {
  Lanes largest = Lanes::all(kLowest);
  each_part(count, [&](int i, int left) { largest = max(largest, load_part<Lanes>(x + i, left, kLowest)); });
  return largest.largest();
}

// x = e^(scale * (x - largest)); returns their sum.
template <class Lanes>
inline float exponentials(float* x, int count, float scale, float largest) {
  Lanes sums = Lanes::all(0);
  each_part(count, [&](int i, int left) {
    const Lanes below = load_part<Lanes>(x + i, left, kLowest) - Lanes::all(largest);
    const Lanes v = exponential(below * Lanes::all(scale));
    store_part(v, x + i, left);
    sums = sums + (left < kLanes ? v * load_part<Lanes>(kOnes, left, 0) : v);
  });
  return sums.sum();
}

template <class Lanes>
inline void scale(float* x, int count, const Lanes& factor) {
  each_part(count,
            [&](int i, int left) { store_part(load_part<Lanes>(x + i, left, 0) * factor, x + i, left); });
}

template <class Lanes>
void add(float* x, const float* y, int count) {
  each_part(count, [&](int i, int left) {
    store_part(load_part<Lanes>(x + i, left, 0) + load_part<Lanes>(y + i, left, 0), x + i, left);
  });
}

template <class Lanes>
void add_steps(float* x, const signed char* steps, float scale, int count) {
  each_part(count, [&](int i, int left) {
    if (left == kLanes) return (Lanes::load(x + i) + Lanes::load(steps + i) * Lanes::all(scale)).store(x + i);
    for (int k = i; k < count; ++k) x[k] += static_cast<float>(steps[k]) * scale;
  });
}

template <class Lanes>
void rotate(float* x, const float* turns, int half) {
  each_part(half, [&](int i, int left) {
    const Lanes cosine = load_part<Lanes>(turns + i, left, 0),
                sine = load_part<Lanes>(turns + half + i, left, 0);
    const Lanes first = load_part<Lanes>(x + i, left, 0), second = load_part<Lanes>(x + half + i, left, 0);
    store_part(first * cosine - second * sine, x + i, left);
    store_part(first * sine + second * cosine, x + half + i, left);
  });
}

template <class Lanes>
void softmax(float* x, int count) {
  scale(x, count, Lanes::all(1.f / exponentials<Lanes>(x, count, 1.f, largest_of<Lanes>(x, count))));
}

// The largest, the mean and the like of some rows are taken before the first of these rows is written: what
// takes such a number waits for all sixteen sums to become one, and four rows wait no longer than one.
constexpr int kFewRows = 4;
template <class F>
inline void few_rows(int count, F&& f) {
  for (int first = 0; first < count; first += kFewRows)
    f(first, first + kFewRows < count ? kFewRows : count - first);
}

template <class Lanes>
inline float mean_of(const float* x, int count) {
  Lanes sums = Lanes::all(0);
  each_part(count, [&](int i, int left) { sums = sums + load_part<Lanes>(x + i, left, 0); });
  return sums.sum() / static_cast<float>(count);
}

template <class Lanes>
inline float variance_of(const float* x, int count, float mean) {
  Lanes squares = Lanes::all(0);
  each_part(count, [&](int i, int left) {
    const Lanes apart = load_part<Lanes>(x + i, left, mean) - Lanes::all(mean);
    squares = fma(apart, apart, squares);
  });
  return squares.sum() / static_cast<float>(count);
}

template <class Lanes>
void normalise(const Normalisation& n) {
  few_rows(n.count, [&](int first, int rows) {
    float means[kFewRows], scales[kFewRows];
    const float* const input = n.input + static_cast<long>(first) * n.width;
    float* const output = n.output + static_cast<long>(first) * n.width;
    for (int row = 0; row < rows; ++row) means[row] = mean_of<Lanes>(input + row * n.width, n.width);
    for (int row = 0; row < rows; ++row)
      scales[row] =
          1.f / __builtin_sqrtf(variance_of<Lanes>(input + row * n.width, n.width, means[row]) + n.epsilon);
    for (int row = 0; row < rows; ++row) {
      const float *const from = input + row * n.width, *const weights = n.weight, *const biases = n.bias;
      float* const to = output + row * n.width;
      const Lanes mean = Lanes::all(means[row]), scale = Lanes::all(scales[row]);
      each_part(n.width, [&](int i, int left) {
        const Lanes apart = load_part<Lanes>(from + i, left, 0) - mean;
        const Lanes weight = load_part<Lanes>(weights + i, left, 0),
                    bias = load_part<Lanes>(biases + i, left, 0);
        store_part(fma(apart * scale, weight, bias), to + i, left);
      });
    }
  });
}

template <class Lanes>
inline float largest_size_of(const float* x, int count) {
  Lanes highest = Lanes::all(0), lowest = Lanes::all(0);
  each_part(count, [&](int i, int left) {
    const Lanes v = load_part<Lanes>(x + i, left, 0);
    highest = max(highest, v);
    lowest = min(lowest, v);
  });
  return max(highest, Lanes::all(0) - lowest).largest();
}

// Writes a vector and what follows it; returns the sum.
template <class Lanes>
inline float write_steps(const float* from, int width, float scale, signed char* to, int padded) {
  const Lanes steps = Lanes::all(scale > 1e-30f ? 1.f / scale : 0.f);
  Lanes sums = Lanes::all(0);
  each_part(padded, [&](int i, int left) {
    const Lanes v = rounded(load_part<Lanes>(from + i, width - i, 0) * steps);
    sums = sums + v;
    if (left == kLanes) return v.store(to + i);
    signed char part[kLanes];
    v.store(part);
    for (int k = 0; k < left; ++k) to[i + k] = part[k];
  });
  return sums.sum();
}

template <class Lanes>
void quantise(const Quantisation& q) {
  const int padded = (q.width + kInt8Columns - 1) / kInt8Columns * kInt8Columns;
  few_rows(q.count, [&](int first, int rows) {
    const float* const input = q.input + static_cast<long>(first) * q.width;
    signed char* const output = q.output + static_cast<long>(first) * padded;
    for (int row = 0; row < rows; ++row)
      q.scales[first + row] = largest_size_of<Lanes>(input + row * q.width, q.width) / 127.f;
    for (int row = 0; row < rows; ++row)
      q.sums[first + row] = write_steps<Lanes>(input + row * q.width, q.width, q.scales[first + row],
                                               output + row * padded, padded);
  });
}

// ---- Attention.

// Rows of scores begin on cache lines: what waits for one row's last store must not wait for the next row's.
template <class Lanes, class Number>
void attend(const HeadAttention<Number>& a) {
  using Sums = FloatSums<Lanes, Number>;
  const int apart = (a.count + kLanes - 1) / kLanes * kLanes;
  multiply<Lanes, Sums>(MatrixProduct<Number>{.weights = a.keys,
                                              .inputs = a.queries,
                                              .outputs = a.scores,
                                              .rows = a.count,
                                              .columns = a.width,
                                              .count = a.query_count,
                                              .end_panel = panels_of(a.count),
                                              .inputs_apart = a.apart,
                                              .outputs_apart = apart});
  const float shrink = 1.f / __builtin_sqrtf(static_cast<float>(a.width));
  for (int i = 0; i < a.query_count; ++i) {
    float* weights = a.scores + static_cast<long>(i) * apart;
    const float total = exponentials<Lanes>(weights, a.count, shrink, largest_of<Lanes>(weights, a.count));
    scale(weights, a.count, Lanes::all(1.f / total));
  }
  multiply<Lanes, Sums>(MatrixProduct<Number>{.weights = a.values,
                                              .inputs = a.scores,
                                              .outputs = a.out,
                                              .rows = a.width,
                                              .columns = a.count,
                                              .count = a.query_count,
                                              .end_panel = panels_of(a.width),
                                              .room = a.slots,
                                              .inputs_apart = apart,
                                              .outputs_apart = a.apart});
}

// Vectors of some heads, each rounded to int8 and multiplied by a matrix of its own.
template <class Lanes, class Dots>
struct HeadProducts {
  const Int8Attention& a;
  int first, heads;
  float scales[kFewRows], sums[kFewRows];

  static int up(int count, int multiple) { return (count + multiple - 1) / multiple * multiple; }
  signed char* steps(int head) const {
    return a.steps + static_cast<long>(head) * up(a.count > a.width ? a.count : a.width, kLanes);
  }
  // Where a head's slots begin among those of all heads.
  long slots_at(int head) const { return static_cast<long>(first + head) * up(a.slots, kLanes); }

  void round(const float* vectors, long apart, int width) {
    for (int head = 0; head < heads; ++head)
      scales[head] = largest_size_of<Lanes>(vectors + head * apart, width) / 127.f;
    for (int head = 0; head < heads; ++head)
      sums[head] = write_steps<Lanes>(vectors + head * apart, width, scales[head], steps(head),
                                      up(width, kInt8Columns));
  }

  // p: of any head; the first head's matrix is p.weights, its outputs p.outputs. Meanwhile what is read next
  // is asked for: the next head's matrix, and after the last one the other matrix of the first head.
  void multiply_each(Int8Product p, const float* row_scales, long outputs_apart) const {
    const long half = a.values - a.keys;
    p.weights += 2 * first * half;
    for (int head = 0; head < heads; ++head) {
      p.scales = row_scales == nullptr ? nullptr : row_scales + slots_at(head);
      p.inputs = steps(head);
      p.input_scales = scales + head;
      p.input_sums = sums + head;
      p.ahead = head + 1 < heads ? 2 * half : half - 2 * half * head;
      multiply<Lanes, Dots>(p);
      p.weights += 2 * half;
      p.outputs += outputs_apart;
    }
  }
};

// Both sums are products of int8: of the queries with the keys, and of the weights, each times its value's
// scale, with the values. Some heads go through it side by side, stage by stage: what one waits for the
// others do not.
template <class Lanes, class Dots>
void attend_int8_of(const Int8Attention& a, int first, int heads) {
  HeadProducts<Lanes, Dots> products{a, first, heads, {}, {}};
  const long apart = (a.count + kLanes - 1) / kLanes * kLanes, at = static_cast<long>(first) * a.width;
  products.round(a.queries + at, a.width, a.width);
  products.multiply_each({.weights = a.keys,
                          .outputs = a.scores,
                          .rows = a.count,
                          .columns = a.width,
                          .count = 1,
                          .end_panel = panels_of(a.count)},
                         a.key_scales, apart);
  const float shrink = 1.f / __builtin_sqrtf(static_cast<float>(a.width));
  float totals[kFewRows];
  for (int head = 0; head < heads; ++head) totals[head] = largest_of<Lanes>(a.scores + head * apart, a.count);
  for (int head = 0; head < heads; ++head)
    totals[head] = exponentials<Lanes>(a.scores + head * apart, a.count, shrink, totals[head]);
  for (int head = 0; head < heads; ++head) {
    float* const weights = a.scores + head * apart;
    const float* const value_scales = a.value_scales + products.slots_at(head);
    each_part(a.count, [&](int i, int left) {
      store_part(load_part<Lanes>(weights + i, left, 0) * Lanes::load(value_scales + i), weights + i, left);
    });
  }
  products.round(a.scores, apart, a.count);
  for (int head = 0; head < heads; ++head) products.scales[head] /= totals[head];
  products.multiply_each({.weights = a.values,
                          .outputs = a.out + at,
                          .rows = a.width,
                          .columns = a.count,
                          .count = 1,
                          .end_panel = panels_of(a.width),
                          .room = a.slots},
                         nullptr, a.width);
}

template <class Lanes, class Dots>
void attend_int8(const Int8Attention& a) {
  few_rows(a.heads, [&](int first, int heads) { attend_int8_of<Lanes, Dots>(a, first, heads); });
}

template <class Lanes, class Dots>
constexpr Kernels kernels_of(const char* name) {
  return {name,
          multiply<Lanes, FloatSums<Lanes, float>>,
          multiply<Lanes, FloatSums<Lanes, BFloat16>>,
          multiply<Lanes, Dots>,
          attend<Lanes, float>,
          attend<Lanes, BFloat16>,
          attend_int8<Lanes, Dots>,
          quantise<Lanes>,
          normalise<Lanes>,
          gelu<Lanes>,
          softmax<Lanes>,
          add_steps<Lanes>,
          rotate<Lanes>,
          add<Lanes>};
}

}  // namespace
}  // namespace s2m
