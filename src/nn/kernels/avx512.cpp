#include "nn/kernels/body.h"

#if defined(__AVX512F__)

#include <immintrin.h>

namespace s2m {
namespace {

struct Avx512Lanes {
  static constexpr int kRows = 4, kInputs = 4;
  __m512 v;

  static Avx512Lanes zero() { return {_mm512_setzero_ps()}; }
  static Avx512Lanes all(float value) { return {_mm512_set1_ps(value)}; }
  static Avx512Lanes load(const float* from) { return {_mm512_loadu_ps(from)}; }
  static Avx512Lanes load(const signed char* from) {
    return {
        _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))))};
  }
  void store(float* to) const { _mm512_storeu_ps(to, v); }
  void add_product(const Avx512Lanes& a, const Avx512Lanes& b) { v = _mm512_fmadd_ps(a.v, b.v, v); }
  float sum() const {
    const __m256 top = _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(v), 1));
    const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(v), top);
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
  }
};

}  // namespace

const Kernels kAvx512Kernels{"avx512", multiply<Avx512Lanes>, multiply<Avx512Lanes>, sum_rows<Avx512Lanes>};

}  // namespace s2m

#else

const s2m::Kernels s2m::kAvx512Kernels{"avx512", nullptr, nullptr, nullptr};

#endif
