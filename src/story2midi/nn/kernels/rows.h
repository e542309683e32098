// Functions of numbers, and of rows of them. For the files of this folder only; no standard library here
// (body.h says why).
#pragma once

#include "story2midi/nn/kernels/parts.h"

namespace s2m {
namespace {

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
  for_lane_blocks(count, [&](int i, int left) {
    const Lanes v = load_part<Lanes>(x + i, left, 0);
    const Lanes phi = Lanes::all(1) + error_function(v * Lanes::all(0.70710678f));
    store_part(v * Lanes::all(0.5f) * phi, x + i, left);
  });
}

template <class Lanes>
inline float largest_of(const float* x, int count) {
  Lanes largest = Lanes::all(kLowest);
  for_lane_blocks(count,
                  [&](int i, int left) { largest = max(largest, load_part<Lanes>(x + i, left, kLowest)); });
  return largest.largest();
}

// x = e^(scale * (x - largest)); returns their sum.
template <class Lanes>
inline float exponentials(float* x, int count, float scale, float largest) {
  Lanes sums = Lanes::all(0);
  for_lane_blocks(count, [&](int i, int left) {
    const Lanes below = load_part<Lanes>(x + i, left, kLowest) - Lanes::all(largest);
    const Lanes v = exponential(below * Lanes::all(scale));
    store_part(v, x + i, left);
    // Beyond the last is nothing; what was just stored in part could not be loaded before it has left the
    // core.
    sums = sums + (left < kLanes ? v * load_part<Lanes>(kOnes, left, 0) : v);
  });
  return sums.sum();
}

template <class Lanes>
inline void scale(float* x, int count, const Lanes& factor) {
  for_lane_blocks(
      count, [&](int i, int left) { store_part(load_part<Lanes>(x + i, left, 0) * factor, x + i, left); });
}

// x = scale * x + y.
template <class Lanes>
inline void scale_and_add(float* x, const float* y, int count, float scale) {
  const Lanes factor = Lanes::all(scale);
  for_lane_blocks(count, [&](int i, int left) {
    store_part(fma(load_part<Lanes>(x + i, left, 0), factor, load_part<Lanes>(y + i, left, 0)), x + i, left);
  });
}

template <class Lanes>
void add(float* x, const float* y, int count) {
  for_lane_blocks(count, [&](int i, int left) {
    store_part(load_part<Lanes>(x + i, left, 0) + load_part<Lanes>(y + i, left, 0), x + i, left);
  });
}

template <class Lanes>
void add_steps(float* x, const signed char* steps, float scale, int count) {
  for_lane_blocks(count, [&](int i, int left) {
    if (left == kLanes) return (Lanes::load(x + i) + Lanes::load(steps + i) * Lanes::all(scale)).store(x + i);
    for (int k = i; k < count; ++k) x[k] += static_cast<float>(steps[k]) * scale;
  });
}

template <class Lanes>
void rotate(float* x, const float* turns, int half) {
  for_lane_blocks(half, [&](int i, int left) {
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

template <class Lanes>
inline float mean_of(const float* x, int count) {
  Lanes sums = Lanes::all(0);
  for_lane_blocks(count, [&](int i, int left) { sums = sums + load_part<Lanes>(x + i, left, 0); });
  return sums.sum() / static_cast<float>(count);
}

template <class Lanes>
inline float variance_of(const float* x, int count, float mean) {
  Lanes squares = Lanes::all(0);
  for_lane_blocks(count, [&](int i, int left) {
    const Lanes centred = load_part<Lanes>(x + i, left, mean) - Lanes::all(mean);
    squares = fma(centred, centred, squares);
  });
  return squares.sum() / static_cast<float>(count);
}

template <class Lanes>
void normalise(const Normalisation& n) {
  for_row_blocks(n.count, [&](int first, int rows) {
    float means[kBlockRows], scales[kBlockRows];
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
      for_lane_blocks(n.width, [&](int i, int left) {
        const Lanes centred = load_part<Lanes>(from + i, left, 0) - mean;
        const Lanes weight = load_part<Lanes>(weights + i, left, 0),
                    bias = load_part<Lanes>(biases + i, left, 0);
        store_part(fma(centred * scale, weight, bias), to + i, left);
      });
    }
  });
}

template <class Lanes>
inline float largest_size_of(const float* x, int count) {
  Lanes highest = Lanes::all(0), lowest = Lanes::all(0);
  for_lane_blocks(count, [&](int i, int left) {
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
  for_lane_blocks(padded, [&](int i, int left) {
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
  const int padded = round_up(q.width, kInt8Columns);
  for_row_blocks(q.count, [&](int first, int rows) {
    const float* const input = q.input + static_cast<long>(first) * q.width;
    signed char* const output = q.output + static_cast<long>(first) * padded;
    for (int row = 0; row < rows; ++row)
      q.scales[first + row] = largest_size_of<Lanes>(input + row * q.width, q.width) / 127.f;
    for (int row = 0; row < rows; ++row)
      q.sums[first + row] = write_steps<Lanes>(input + row * q.width, q.width, q.scales[first + row],
                                               output + row * padded, padded);
  });
}

}  // namespace
}  // namespace s2m
