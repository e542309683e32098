// Clocks, medians, and the work that every program of the bench does.
#pragma once

#include <time.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <vector>

namespace s2m::bench {

inline constexpr int kEvents = 500;             // of a piece: a minute or two
inline constexpr std::size_t kMemoryRows = 64;  // tokens of the passage that it hears
inline constexpr int kSentences = 64;
inline constexpr int kSentenceTokens = 35;  // 25 words, <s> and </s>
inline constexpr int kRounds = 5;

// Whether everything is to run once, on short inputs, to see that it runs (S2M_BENCH_BRIEF): the figures mean nothing.
inline bool is_brief() { return std::getenv("S2M_BENCH_BRIEF") != nullptr; }
inline int rounds() { return is_brief() ? 1 : kRounds; }

inline double seconds_of(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}
inline double wall_seconds() { return seconds_of(CLOCK_MONOTONIC); }
// Of processor time that this thread has had: on a busy machine the only one that says something.
inline double thread_seconds() { return seconds_of(CLOCK_THREAD_CPUTIME_ID); }

inline double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// The median of rounds(), after one that warms up.
template <class Work>
double median_seconds(double (*clock)(), Work&& work) {
  work();
  std::vector<double> seconds;
  for (int round = 0; round < rounds(); ++round) {
    const double start = clock();
    work();
    seconds.push_back(clock() - start);
  }
  return median(std::move(seconds));
}

// One thread is measured by its own time; two by the wall's.
template <class Work>
double median_seconds(int threads, Work&& work) {
  return median_seconds(threads == 1 ? thread_seconds : wall_seconds, work);
}

}  // namespace s2m::bench
