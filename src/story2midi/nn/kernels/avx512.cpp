#include "story2midi/nn/kernels/body.h"

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VNNI__)

#include <immintrin.h>

namespace s2m {
namespace {

struct Avx512Lanes {
  static constexpr int kBlocks = 4, kInputs = 4;
  static constexpr bool kMasks = true;
  __m512 v;

  static Avx512Lanes all(float value) { return {_mm512_set1_ps(value)}; }
  static Avx512Lanes load(const float* from) { return {_mm512_loadu_ps(from)}; }
  static Avx512Lanes load(const BFloat16* from) {
    const __m256i halves = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    return {_mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16))};
  }
  static Avx512Lanes load(const signed char* from) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    return {_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(bytes))};
  }
  void store(float* to) const { _mm512_storeu_ps(to, v); }
  void store(signed char* to) const {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm512_cvtsepi32_epi8(_mm512_cvtps_epi32(v)));
  }
  static __mmask16 first(int count) { return static_cast<__mmask16>((1u << (count < 0 ? 0 : count)) - 1); }
  static Avx512Lanes load_first(int count, const float* from, float fill) {
    return {_mm512_mask_loadu_ps(_mm512_set1_ps(fill), first(count), from)};
  }
  void store_first(int count, float* to) const { _mm512_mask_storeu_ps(to, first(count), v); }
  __m256 upper() const { return _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(v), 1)); }
  float sum() const {
    const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(v), upper());
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
  }
  float largest() const {
    const __m256 eight = _mm256_max_ps(_mm512_castps512_ps256(v), upper());
    const __m128 four = _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
  }
};

using Lanes = Avx512Lanes;
Lanes operator+(const Lanes& a, const Lanes& b) { return {_mm512_add_ps(a.v, b.v)}; }
Lanes operator-(const Lanes& a, const Lanes& b) { return {_mm512_sub_ps(a.v, b.v)}; }
Lanes operator*(const Lanes& a, const Lanes& b) { return {_mm512_mul_ps(a.v, b.v)}; }
Lanes operator/(const Lanes& a, const Lanes& b) { return {_mm512_div_ps(a.v, b.v)}; }
Lanes fma(const Lanes& a, const Lanes& b, const Lanes& c) { return {_mm512_fmadd_ps(a.v, b.v, c.v)}; }
Lanes max(const Lanes& a, const Lanes& b) { return {_mm512_max_ps(a.v, b.v)}; }
Lanes min(const Lanes& a, const Lanes& b) { return {_mm512_min_ps(a.v, b.v)}; }
Lanes power_of_two(const Lanes& n) {
  const __m512i exponent = _mm512_add_epi32(_mm512_cvtps_epi32(n.v), _mm512_set1_epi32(127));
  return {_mm512_castsi512_ps(_mm512_slli_epi32(exponent, 23))};
}

struct Avx512Dots {
  static constexpr int kColumns = kInt8Columns, kBlocks = 4, kInputs = 4;
  __m512i v;

  static Avx512Dots all(int value) { return {_mm512_set1_epi32(value)}; }
  static __m512i weights(const unsigned char* from) { return _mm512_loadu_si512(from); }
  static __m512i input(const signed char* from) { return _mm512_set1_epi32(four_bytes(from)); }
  // g++ 12 copies each sum that it passes through the intrinsic.
  void add_product(__m512i w, __m512i x) { asm("vpdpbusd %2, %1, %0" : "+v"(v) : "v"(w), "v"(x)); }
  Lanes numbers() const { return {_mm512_cvtepi32_ps(v)}; }
};

struct Avx512Int4Dots {
  static constexpr int kBlocks = 2, kInputs = 6;
  __m512i v;

  static Avx512Int4Dots all(int value) { return {_mm512_set1_epi32(value)}; }
  // Each four times, beside its row's four weights.
  static __m512i zeros(const unsigned char* from) {
    const __m512i wide = _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
    const __m512i lowest = _mm512_broadcast_i32x4(_mm_set_epi32(0x0c0c0c0c, 0x08080808, 0x04040404, 0));
    return _mm512_shuffle_epi8(wide, lowest);
  }
  static __m512i quants(__m512i pairs) { return _mm512_and_si512(pairs, _mm512_set1_epi8(15)); }
  static __m512i lower(const unsigned char* from, __m512i zeros) {
    return _mm512_sub_epi8(quants(_mm512_loadu_si512(from)), zeros);
  }
  static __m512i upper(const unsigned char* from, __m512i zeros) {
    return _mm512_sub_epi8(quants(_mm512_srli_epi32(_mm512_loadu_si512(from), 4)), zeros);
  }
  static __m512i input(const unsigned char* from) { return _mm512_set1_epi32(four_bytes(from)); }
  void add_product(__m512i w, __m512i x) { asm("vpdpbusd %2, %1, %0" : "+v"(v) : "v"(x), "v"(w)); }
  Lanes numbers() const { return {_mm512_cvtepi32_ps(v)}; }
};

}  // namespace

const Kernels kAvx512Kernels = kernels_of<Avx512Lanes, Avx512Dots, Avx512Int4Dots>("avx512");

}  // namespace s2m

#else

const s2m::Kernels s2m::kAvx512Kernels{.name = "avx512"};

#endif
