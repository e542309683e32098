#include "story2midi/nn/kernels/kernels.h"

#if defined(__AVX2__) && defined(__FMA__) && defined(__AVXVNNI__)

#include "story2midi/nn/kernels/avx2_lanes.h"

namespace s2m {
namespace {

// Processors without AVX-512 that have its products of bytes in registers of AVX2.
struct AvxVnniDots {
  static constexpr int kColumns = kInt8Columns, kBlocks = 2, kInputs = 2;
  struct Weights {
    __m256i low, high;
  };
  __m256i low, high;

  static AvxVnniDots all(int value) { return {_mm256_set1_epi32(value), _mm256_set1_epi32(value)}; }
  static __m256i load(const unsigned char* from) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  }
  static Weights weights(const unsigned char* from) { return {load(from), load(from + 32)}; }
  static __m256i input(const signed char* from) { return _mm256_set1_epi32(four_bytes(from)); }
  // g++ 12 copies each sum that it passes through the intrinsic.
  static void add_products(__m256i& sums, __m256i unsigned_bytes, __m256i signed_bytes) {
    asm("%{vex%} vpdpbusd %2, %1, %0" : "+x"(sums) : "x"(unsigned_bytes), "x"(signed_bytes));
  }
  void add_product(const Weights& w, __m256i x) {
    add_products(low, w.low, x);
    add_products(high, w.high, x);
  }
  Lanes numbers() const { return {_mm256_cvtepi32_ps(low), _mm256_cvtepi32_ps(high)}; }
};

struct AvxVnniInt4Dots : Avx2Int4Weights {
  static constexpr int kBlocks = 1, kInputs = 2;

  static AvxVnniInt4Dots all(int value) { return {{_mm256_set1_epi32(value), _mm256_set1_epi32(value)}}; }
  static __m256i input(const unsigned char* from) { return _mm256_set1_epi32(four_bytes(from)); }
  void add_product(const Avx2Int4Weights& w, __m256i x) {
    AvxVnniDots::add_products(low, x, w.low);
    AvxVnniDots::add_products(high, x, w.high);
  }
  Lanes numbers() const { return {_mm256_cvtepi32_ps(low), _mm256_cvtepi32_ps(high)}; }
};

}  // namespace

const Kernels kAvxVnniKernels = kernels_of<Avx2Lanes, AvxVnniDots, AvxVnniInt4Dots>("avxvnni");

}  // namespace s2m

#else

const s2m::Kernels s2m::kAvxVnniKernels{.name = "avxvnni"};

#endif
