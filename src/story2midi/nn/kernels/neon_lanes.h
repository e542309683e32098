// Sixteen floats in four registers of NEON, and sums of products of bytes by a set's own `Bytes`. For the files of this
// folder only; no standard library here (body.h says why).
#pragma once

#include <arm_neon.h>

#include "story2midi/nn/kernels/body.h"

namespace s2m {
namespace {

struct NeonLanes {
  static constexpr int kBlocks = 2, kInputs = 2;
  static constexpr bool kMasks = false;
  float32x4_t v[4];

  template <class F>
  static NeonLanes each(F&& f) {
    return {{f(0), f(1), f(2), f(3)}};
  }
  static NeonLanes all(float value) {
    return each([=](int) { return vdupq_n_f32(value); });
  }
  static NeonLanes load(const float* from) {
    return each([=](int i) { return vld1q_f32(from + 4 * i); });
  }
  static NeonLanes load(const BFloat16* from) {
    return each([=](int i) { return vreinterpretq_f32_u32(vshll_n_u16(vld1_u16(from + 4 * i), 16)); });
  }
  static NeonLanes load(const signed char* from) {
    const int8x16_t bytes = vld1q_s8(from);
    const int16x8_t low = vmovl_s8(vget_low_s8(bytes)), high = vmovl_high_s8(bytes);
    return {{widen(vget_low_s16(low)), widen(vget_high_s16(low)), widen(vget_low_s16(high)),
             widen(vget_high_s16(high))}};
  }
  static float32x4_t widen(int16x4_t four) { return vcvtq_f32_s32(vmovl_s16(four)); }
  void store(float* to) const {
    for (int i = 0; i < 4; ++i) vst1q_f32(to + 4 * i, v[i]);
  }
  void store(signed char* to) const {
    const int16x8_t low = vcombine_s16(narrow(v[0]), narrow(v[1])),
                    high = vcombine_s16(narrow(v[2]), narrow(v[3]));
    vst1q_s8(to, vcombine_s8(vqmovn_s16(low), vqmovn_s16(high)));
  }
  static int16x4_t narrow(float32x4_t four) { return vqmovn_s32(vcvtnq_s32_f32(four)); }
  // Halves onto each other: the order that the other sets take.
  float sum() const {
    const float32x4_t four = vaddq_f32(vaddq_f32(v[0], v[2]), vaddq_f32(v[1], v[3]));
    const float32x2_t two = vadd_f32(vget_low_f32(four), vget_high_f32(four));
    return vget_lane_f32(two, 0) + vget_lane_f32(two, 1);
  }
  float largest() const { return vmaxvq_f32(vmaxq_f32(vmaxq_f32(v[0], v[2]), vmaxq_f32(v[1], v[3]))); }
};

using Lanes = NeonLanes;
Lanes operator+(const Lanes& a, const Lanes& b) {
  return Lanes::each([&](int i) { return vaddq_f32(a.v[i], b.v[i]); });
}
Lanes operator-(const Lanes& a, const Lanes& b) {
  return Lanes::each([&](int i) { return vsubq_f32(a.v[i], b.v[i]); });
}
Lanes operator*(const Lanes& a, const Lanes& b) {
  return Lanes::each([&](int i) { return vmulq_f32(a.v[i], b.v[i]); });
}
Lanes operator/(const Lanes& a, const Lanes& b) {
  return Lanes::each([&](int i) { return vdivq_f32(a.v[i], b.v[i]); });
}
Lanes fma(const Lanes& a, const Lanes& b, const Lanes& c) {
  return Lanes::each([&](int i) { return vfmaq_f32(c.v[i], a.v[i], b.v[i]); });
}
// As the other sets: of two zeros, and beside what is no number, the second.
Lanes max(const Lanes& a, const Lanes& b) {
  return Lanes::each([&](int i) { return vbslq_f32(vcgtq_f32(a.v[i], b.v[i]), a.v[i], b.v[i]); });
}
Lanes min(const Lanes& a, const Lanes& b) {
  return Lanes::each([&](int i) { return vbslq_f32(vcltq_f32(a.v[i], b.v[i]), a.v[i], b.v[i]); });
}
Lanes power_of_two(const Lanes& n) {
  return Lanes::each([&](int i) {
    const int32x4_t exponent = vaddq_s32(vcvtnq_s32_f32(n.v[i]), vdupq_n_s32(127));
    return vreinterpretq_f32_s32(vshlq_n_s32(exponent, 23));
  });
}

// Sixteen times four bytes, each row's beside each other.
struct NeonBytes {
  int8x16_t v[4];

  template <class F>
  static NeonBytes each(F&& f) {
    return {{f(0), f(1), f(2), f(3)}};
  }
};
inline int8x16_t less_zero_point(uint8x16_t bytes) {
  return vreinterpretq_s8_u8(veorq_u8(bytes, vdupq_n_u8(kZeroPoint)));
}
inline uint8x16_t four_times(int four) { return vreinterpretq_u8_s32(vdupq_n_s32(four)); }

// NEON multiplies signed by signed bytes. The zero point is taken off the weights, so no sum need begin with its
// correction. Bytes::add adds to each of four sums the products of four bytes, of which one is in [-127, 127].
template <class Bytes>
struct NeonDots {
  static constexpr int kColumns = kInt8Columns, kBlocks = 2, kInputs = 2;
  int32x4_t v[4];

  static NeonDots all(int) {
    const int32x4_t zero = vdupq_n_s32(0);
    return {{zero, zero, zero, zero}};
  }
  static NeonBytes weights(const unsigned char* from) {
    return NeonBytes::each([=](int i) { return less_zero_point(vld1q_u8(from + 16 * i)); });
  }
  static int8x16_t input(const signed char* from) {
    return vreinterpretq_s8_u8(four_times(four_bytes(from)));
  }
  void add_product(const NeonBytes& w, int8x16_t x) {
    for (int i = 0; i < 4; ++i) v[i] = Bytes::add(v[i], w.v[i], x);
  }
  Lanes numbers() const {
    return Lanes::each([&](int i) { return vcvtq_f32_s32(v[i]); });
  }
};

// Here the inputs are raised, and the zero point is taken off them. What that takes off the sums is summed apart; it
// is the same for all inputs, so the compiler computes it once.
template <class Bytes>
struct NeonInt4Dots {
  static constexpr int kBlocks = 1, kInputs = 2;
  int32x4_t v[4], off[4];

  static NeonInt4Dots all(int value) {
    const int32x4_t start = vdupq_n_s32(value), zero = vdupq_n_s32(0);
    return {{start, start, start, start}, {zero, zero, zero, zero}};
  }
  // Each four times, beside its row's four weights.
  static NeonBytes zeros(const unsigned char* from) {
    const uint8x16_t rows = vld1q_u8(from), first = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3};
    return NeonBytes::each([=](int i) {
      return vreinterpretq_s8_u8(
          vqtbl1q_u8(rows, vaddq_u8(first, vdupq_n_u8(static_cast<unsigned char>(4 * i)))));
    });
  }
  static NeonBytes lower(const unsigned char* from, const NeonBytes& zeros) {
    return NeonBytes::each([&](int i) {
      const uint8x16_t quants = vandq_u8(vld1q_u8(from + 16 * i), vdupq_n_u8(15));
      return vsubq_s8(vreinterpretq_s8_u8(quants), zeros.v[i]);
    });
  }
  static NeonBytes upper(const unsigned char* from, const NeonBytes& zeros) {
    return NeonBytes::each([&](int i) {
      return vsubq_s8(vreinterpretq_s8_u8(vshrq_n_u8(vld1q_u8(from + 16 * i), 4)), zeros.v[i]);
    });
  }
  static int8x16_t input(const unsigned char* from) { return less_zero_point(four_times(four_bytes(from))); }
  void add_product(const NeonBytes& w, int8x16_t x) {
    for (int i = 0; i < 4; ++i) {
      v[i] = Bytes::add(v[i], w.v[i], x);
      off[i] = Bytes::add(off[i], w.v[i], vdupq_n_s8(-kZeroPoint));
    }
  }
  Lanes numbers() const {
    return Lanes::each([&](int i) { return vcvtq_f32_s32(vsubq_s32(v[i], off[i])); });
  }
};

}  // namespace
}  // namespace s2m
