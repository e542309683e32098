#include "story2midi/nn/kernels/kernels.h"

#if defined(__AVX2__) && defined(__FMA__)

#include "story2midi/nn/kernels/avx2_lanes.h"

namespace s2m {
namespace {

// The even and the odd bytes are widened to sixteen bits by themselves, so that no sum of two products
// saturates and both halves of a row's four products stand in its own place.
struct Avx2Dots {
  static constexpr int kColumns = kInt8Columns, kBlocks = 2, kInputs = 2;
  struct Pairs {
    __m256i even, odd;
  };
  struct Weights {
    Pairs low, high;
  };
  __m256i low, high;

  static Avx2Dots all(int value) { return {_mm256_set1_epi32(value), _mm256_set1_epi32(value)}; }
  static Pairs pairs(const unsigned char* from) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    return {_mm256_and_si256(bytes, _mm256_set1_epi16(0xff)), _mm256_srli_epi16(bytes, 8)};
  }
  static Weights weights(const unsigned char* from) { return {pairs(from), pairs(from + 32)}; }
  static Pairs input(const signed char* from) {
    const __m256i bytes = _mm256_set1_epi32(four_bytes(from));
    return {_mm256_srai_epi16(_mm256_slli_epi16(bytes, 8), 8), _mm256_srai_epi16(bytes, 8)};
  }
  static __m256i products(const Pairs& w, const Pairs& x) {
    return _mm256_add_epi32(_mm256_madd_epi16(w.even, x.even), _mm256_madd_epi16(w.odd, x.odd));
  }
  void add_product(const Weights& w, const Pairs& x) {
    low = _mm256_add_epi32(low, products(w.low, x));
    high = _mm256_add_epi32(high, products(w.high, x));
  }
  Lanes numbers() const { return {_mm256_cvtepi32_ps(low), _mm256_cvtepi32_ps(high)}; }
};

// Two products of a byte and 4 bits fit sixteen bits.
struct Avx2Int4Dots : Avx2Int4Weights {
  static constexpr int kBlocks = 1, kInputs = 2;

  static Avx2Int4Dots all(int value) { return {{_mm256_set1_epi32(value), _mm256_set1_epi32(value)}}; }
  static __m256i input(const unsigned char* from) { return _mm256_set1_epi32(four_bytes(from)); }
  static __m256i products(__m256i w, __m256i x) {
    return _mm256_madd_epi16(_mm256_maddubs_epi16(x, w), _mm256_set1_epi16(1));
  }
  void add_product(const Avx2Int4Weights& w, __m256i x) {
    low = _mm256_add_epi32(low, products(w.low, x));
    high = _mm256_add_epi32(high, products(w.high, x));
  }
  Lanes numbers() const { return {_mm256_cvtepi32_ps(low), _mm256_cvtepi32_ps(high)}; }
};

}  // namespace

const Kernels kAvx2Kernels = kernels_of<Avx2Lanes, Avx2Dots, Avx2Int4Dots>("avx2");

}  // namespace s2m

#else

const s2m::Kernels s2m::kAvx2Kernels{.name = "avx2"};

#endif
