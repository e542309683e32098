// Sixteen floats in two registers of AVX2, for the sets that have no wider ones. For the files of this folder
// only; no standard library here (body.h says why).
#pragma once

#include <immintrin.h>

#include "story2midi/nn/kernels/body.h"

namespace s2m {
namespace {

struct Avx2Lanes {
  static constexpr int kBlocks = 4, kInputs = 1;
  static constexpr bool kMasks = false;
  __m256 low, high;

  static Avx2Lanes all(float value) { return {_mm256_set1_ps(value), _mm256_set1_ps(value)}; }
  static Avx2Lanes load(const float* from) { return {_mm256_loadu_ps(from), _mm256_loadu_ps(from + 8)}; }
  static Avx2Lanes load(const BFloat16* from) { return {widen(from), widen(from + 8)}; }
  static Avx2Lanes load(const signed char* from) { return {widen(from), widen(from + 8)}; }
  static __m256 widen(const signed char* from) {
    const __m128i eight = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
    return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(eight));
  }
  static __m256 widen(const BFloat16* from) {
    const __m128i eight = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(eight), 16));
  }
  void store(float* to) const {
    _mm256_storeu_ps(to, low);
    _mm256_storeu_ps(to + 8, high);
  }
  void store(signed char* to) const {
    const __m256i words = _mm256_packs_epi32(_mm256_cvtps_epi32(low), _mm256_cvtps_epi32(high));
    const __m256i order = _mm256_permute4x64_epi64(words, 0b11011000);
    const __m128i bytes = _mm_packs_epi16(_mm256_castsi256_si128(order), _mm256_extracti128_si256(order, 1));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
  }
  float sum() const {
    const __m256 eight = _mm256_add_ps(low, high);
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
  }
  float largest() const {
    const __m256 eight = _mm256_max_ps(low, high);
    const __m128 four = _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
  }
};

using Lanes = Avx2Lanes;
Lanes operator+(const Lanes& a, const Lanes& b) {
  return {_mm256_add_ps(a.low, b.low), _mm256_add_ps(a.high, b.high)};
}
Lanes operator-(const Lanes& a, const Lanes& b) {
  return {_mm256_sub_ps(a.low, b.low), _mm256_sub_ps(a.high, b.high)};
}
Lanes operator*(const Lanes& a, const Lanes& b) {
  return {_mm256_mul_ps(a.low, b.low), _mm256_mul_ps(a.high, b.high)};
}
Lanes operator/(const Lanes& a, const Lanes& b) {
  return {_mm256_div_ps(a.low, b.low), _mm256_div_ps(a.high, b.high)};
}
Lanes fma(const Lanes& a, const Lanes& b, const Lanes& c) {
  return {_mm256_fmadd_ps(a.low, b.low, c.low), _mm256_fmadd_ps(a.high, b.high, c.high)};
}
Lanes max(const Lanes& a, const Lanes& b) {
  return {_mm256_max_ps(a.low, b.low), _mm256_max_ps(a.high, b.high)};
}
Lanes min(const Lanes& a, const Lanes& b) {
  return {_mm256_min_ps(a.low, b.low), _mm256_min_ps(a.high, b.high)};
}
// Sixteen rows' four weights, unpacked, and their sums.
struct Avx2Int4Weights {
  __m256i low, high;

  static __m256i load(const unsigned char* from) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  }
  // Eight zeros, each four times, beside its row's four weights.
  static __m256i eight_zeros(const unsigned char* from) {
    const __m256i wide = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)));
    const __m128i lowest = _mm_set_epi32(0x0c0c0c0c, 0x08080808, 0x04040404, 0);
    return _mm256_shuffle_epi8(wide, _mm256_broadcastsi128_si256(lowest));
  }
  static Avx2Int4Weights zeros(const unsigned char* from) {
    return {eight_zeros(from), eight_zeros(from + 8)};
  }
  static __m256i less(__m256i pairs, __m256i zeros) {
    return _mm256_sub_epi8(_mm256_and_si256(pairs, _mm256_set1_epi8(15)), zeros);
  }
  static Avx2Int4Weights lower(const unsigned char* from, const Avx2Int4Weights& zeros) {
    return {less(load(from), zeros.low), less(load(from + 32), zeros.high)};
  }
  static Avx2Int4Weights upper(const unsigned char* from, const Avx2Int4Weights& zeros) {
    return {less(_mm256_srli_epi32(load(from), 4), zeros.low),
            less(_mm256_srli_epi32(load(from + 32), 4), zeros.high)};
  }
};

__m256 power_of_two(__m256 n) {
  const __m256i exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
  return _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23));
}
Lanes power_of_two(const Lanes& n) { return {power_of_two(n.low), power_of_two(n.high)}; }

}  // namespace
}  // namespace s2m
