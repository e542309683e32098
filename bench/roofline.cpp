// Compiled with -march=native.
#include "bench/roofline.h"

#include <algorithm>
#include <cstdint>
#include <thread>
#include <vector>

#include "bench/measure.h"

#if defined(__AVX512VNNI__)
#include <immintrin.h>
#endif

namespace s2m::bench {
namespace {

std::uint64_t sum_of(const std::vector<std::uint64_t>& data) {
  std::uint64_t sums[32] = {};
  for (std::size_t i = 0; i + 32 <= data.size(); i += 32)
    for (std::size_t k = 0; k < 32; ++k) sums[k] += data[i + k];
  std::uint64_t sum = 0;
  for (const auto part : sums) sum += part;
  return sum;
}

// The best counts: it was disturbed the least.
template <class F>
double best_seconds(double (*clock)(), F&& f) {
  double best = 1e9;
  for (int round = 0; round < rounds(); ++round) {
    const double start = clock();
    f();
    best = std::min(best, clock() - start);
  }
  return best;
}

thread_local volatile std::uint64_t sink;

void read_over_and_over(const std::vector<std::uint64_t>& data, std::size_t times) {
  for (std::size_t i = 0; i < times; ++i) sink = sum_of(data);
}

}  // namespace

double read_bandwidth(std::size_t bytes, int threads) {
  const std::vector parts(static_cast<std::size_t>(threads),
                          std::vector<std::uint64_t>(bytes / 8 / static_cast<std::size_t>(threads), 1));
  const auto times = std::max<std::size_t>(1, (std::size_t{1} << 29) / bytes);
  const double seconds = best_seconds(threads == 1 ? thread_seconds : wall_seconds, [&] {
    std::vector<std::jthread> helpers;
    for (std::size_t i = 1; i < parts.size(); ++i)
      helpers.emplace_back([&, i] { read_over_and_over(parts[i], times); });
    read_over_and_over(parts[0], times);
  });
  return static_cast<double>(bytes * times) / seconds;
}

double int8_peak() {
  constexpr int kTurns = 2'000'000;
#if defined(__AVX512VNNI__)
  constexpr int kChains = 12, kProducts = 64;
  const double seconds = best_seconds(thread_seconds, [] {
    __m512i sums[kChains];
    for (auto& sum : sums) sum = _mm512_setzero_si512();
    __m512i x = _mm512_set1_epi8(3);
    for (int turn = 0; turn < kTurns; ++turn) {
      for (auto& sum : sums) sum = _mm512_dpbusd_epi32(sum, x, x);
      asm volatile("" : "+v"(x));
    }
    for (int i = 1; i < kChains; ++i) sums[0] = _mm512_add_epi32(sums[0], sums[i]);
    sink = static_cast<std::uint64_t>(_mm512_reduce_add_epi32(sums[0]));
  });
  return static_cast<double>(kChains) * kProducts * kTurns / seconds;
#else
  std::vector<std::int8_t> a(4096, 3), b(4096, 5);
  const double seconds = best_seconds(thread_seconds, [&] {
    for (int turn = 0; turn < kTurns / 512; ++turn) {
      std::int32_t sum = 0;
      for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
      sink = static_cast<std::uint64_t>(sum);
    }
  });
  return 4096.0 * (kTurns / 512) / seconds;
#endif
}

}  // namespace s2m::bench
