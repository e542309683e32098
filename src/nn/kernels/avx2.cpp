#include "nn/kernels/body.h"

#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

namespace s2m {
namespace {

struct Avx2Lanes {
  static constexpr int kRows = 4, kInputs = 1;
  __m256 low, high;

  static Avx2Lanes zero() { return {_mm256_setzero_ps(), _mm256_setzero_ps()}; }
  static Avx2Lanes all(float value) { return {_mm256_set1_ps(value), _mm256_set1_ps(value)}; }
  static Avx2Lanes load(const float* from) { return {_mm256_loadu_ps(from), _mm256_loadu_ps(from + 8)}; }
  static Avx2Lanes load(const signed char* from) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    return {_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes)),
            _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_srli_si128(bytes, 8)))};
  }
  void store(float* to) const {
    _mm256_storeu_ps(to, low);
    _mm256_storeu_ps(to + 8, high);
  }
  void add_product(const Avx2Lanes& a, const Avx2Lanes& b) {
    low = _mm256_fmadd_ps(a.low, b.low, low);
    high = _mm256_fmadd_ps(a.high, b.high, high);
  }
  float sum() const {
    const __m256 eight = _mm256_add_ps(low, high);
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
  }
};

}  // namespace

const Kernels kAvx2Kernels{"avx2", multiply<Avx2Lanes>, multiply<Avx2Lanes>, sum_rows<Avx2Lanes>};

}  // namespace s2m

#else

const s2m::Kernels s2m::kAvx2Kernels{"avx2", nullptr, nullptr, nullptr};

#endif
