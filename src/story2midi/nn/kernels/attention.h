// Attention, in floats and in int8. For the files of this folder only; no standard library here (body.h says
// why).
#pragma once

#include "story2midi/nn/kernels/products.h"
#include "story2midi/nn/kernels/rows.h"

namespace s2m {
namespace {

// Rows of scores begin on cache lines: what waits for one row's last store must not wait for the next row's.
template <class Lanes, class Number>
void attend(const HeadAttention<Number>& a) {
  using Sums = FloatSums<Lanes, Number>;
  const int stride = round_up(a.count, kLanes);
  multiply<Lanes, Sums>(MatrixProduct<Number>{.weights = a.keys,
                                              .inputs = a.queries,
                                              .outputs = a.scores,
                                              .rows = a.count,
                                              .columns = a.width,
                                              .count = a.query_count,
                                              .end_panel = panels_of(a.count),
                                              .input_stride = a.query_stride,
                                              .output_stride = stride});
  const float shrink = 1.f / __builtin_sqrtf(static_cast<float>(a.width));
  for (int i = 0; i < a.query_count; ++i) {
    float* weights = a.scores + static_cast<long>(i) * stride;
    if (a.bias) scale_and_add<Lanes>(weights, a.bias - i, a.count, shrink);
    const float scale_left = a.bias ? 1.f : shrink;
    const float total =
        exponentials<Lanes>(weights, a.count, scale_left, largest_of<Lanes>(weights, a.count));
    scale(weights, a.count, Lanes::all(1.f / total));
  }
  multiply<Lanes, Sums>(MatrixProduct<Number>{.weights = a.values,
                                              .inputs = a.scores,
                                              .outputs = a.out,
                                              .rows = a.width,
                                              .columns = a.count,
                                              .count = a.query_count,
                                              .end_panel = panels_of(a.width),
                                              .column_capacity = a.slots,
                                              .input_stride = stride,
                                              .output_stride = a.query_stride});
}

// Vectors of some heads, each rounded to int8 and multiplied by a matrix of its own.
template <class Lanes, class Dots>
struct HeadProducts {
  const Int8Attention& a;
  int first, heads;
  float scales[kBlockRows], sums[kBlockRows];

  signed char* steps(int head) const {
    return a.steps + static_cast<long>(head) * round_up(a.count > a.width ? a.count : a.width, kLanes);
  }
  // Where a head's slots begin among those of all heads.
  long slots_at(int head) const { return static_cast<long>(first + head) * round_up(a.slots, kLanes); }

  void round(const float* vectors, long stride, int width) {
    for (int head = 0; head < heads; ++head)
      scales[head] = largest_size_of<Lanes>(vectors + head * stride, width) / 127.f;
    for (int head = 0; head < heads; ++head)
      sums[head] = write_steps<Lanes>(vectors + head * stride, width, scales[head], steps(head),
                                      round_up(width, kInt8Columns));
  }

  // p: of any head; the first head's matrix is p.weights, its outputs p.outputs. Meanwhile what is read next
  // is asked for: the next head's matrix, and after the last one's keys the first one's values.
  void multiply_each(Int8Product p, const float* row_scales, long output_stride) const {
    const long half = a.values - a.keys;
    p.weights += 2 * first * half;
    for (int head = 0; head < heads; ++head) {
      p.scales = row_scales == nullptr ? nullptr : row_scales + slots_at(head);
      p.inputs = steps(head);
      p.input_scales = scales + head;
      p.input_sums = sums + head;
      p.prefetch_bytes = head + 1 < heads ? 2 * half : half - 2 * half * head;
      multiply<Lanes, Dots>(p);
      p.weights += 2 * half;
      p.outputs += output_stride;
    }
  }
};

// Both sums are products of int8: of the queries with the keys, and of the weights, each times its value's
// scale, with the values. Some heads go through it side by side, stage by stage: what one waits for the
// others do not.
template <class Lanes, class Dots>
void attend_int8_of(const Int8Attention& a, int first, int heads) {
  HeadProducts<Lanes, Dots> products{a, first, heads, {}, {}};
  const long stride = round_up(a.count, kLanes), at = static_cast<long>(first) * a.width;
  products.round(a.queries + at, a.width, a.width);
  products.multiply_each({.weights = a.keys,
                          .outputs = a.scores,
                          .rows = a.count,
                          .columns = a.width,
                          .count = 1,
                          .end_panel = panels_of(a.count)},
                         a.key_scales, stride);
  const float shrink = 1.f / __builtin_sqrtf(static_cast<float>(a.width));
  float totals[kBlockRows];
  for (int head = 0; head < heads; ++head)
    totals[head] = largest_of<Lanes>(a.scores + head * stride, a.count);
  for (int head = 0; head < heads; ++head)
    totals[head] = exponentials<Lanes>(a.scores + head * stride, a.count, shrink, totals[head]);
  for (int head = 0; head < heads; ++head) {
    float* const weights = a.scores + head * stride;
    const float* const value_scales = a.value_scales + products.slots_at(head);
    for_lane_blocks(a.count, [&](int i, int left) {
      store_part(load_part<Lanes>(weights + i, left, 0) * Lanes::load(value_scales + i), weights + i, left);
    });
  }
  products.round(a.scores, stride, a.count);
  for (int head = 0; head < heads; ++head) products.scales[head] /= totals[head];
  products.multiply_each({.weights = a.values,
                          .outputs = a.out + at,
                          .rows = a.width,
                          .columns = a.count,
                          .count = 1,
                          .end_panel = panels_of(a.width),
                          .column_capacity = a.slots},
                         nullptr, a.width);
}

template <class Lanes, class Dots>
void attend_int8(const Int8Attention& a) {
  for_row_blocks(a.heads, [&](int first, int heads) { attend_int8_of<Lanes, Dots>(a, first, heads); });
}

}  // namespace
}  // namespace s2m
