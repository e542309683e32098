#include "story2midi/base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <new>
#include <numeric>
#include <thread>
#include <vector>

namespace s2m {
namespace {

TEST(Parallel, CallsEachItemOnceAtAnyNumberOfThreads) {
  for (const int threads : {0, 1, 2, 7}) {
    std::vector<int> calls(100);
    in_parallel(calls.size(), {.threads = threads}, [&](std::size_t i, std::size_t thread) {
      EXPECT_LT(thread, thread_count(threads));
      ++calls[i];
    });
    EXPECT_EQ(calls, std::vector<int>(100, 1)) << threads;
  }
  in_parallel(0, {}, [](auto, auto) { FAIL(); });
}

TEST(Parallel, AThreadsOwnValueIsUsedByThatThreadAlone) {
  constexpr std::size_t kItems = 1000;
  std::vector<std::size_t> sums(3);
  in_parallel(kItems, {.threads = 3}, [&](std::size_t i, std::size_t thread) { sums[thread] += i; });
  EXPECT_EQ(std::accumulate(sums.begin(), sums.end(), std::size_t{0}), kItems * (kItems - 1) / 2);
}

TEST(Parallel, TheExceptionOfTheLowestItemIsThrownAgainWhateverThrewFirst) {
  for (const int threads : {1, 2, 8}) try {
      in_parallel(64, {.threads = threads}, [](std::size_t i, auto) {
        if (i >= 5) throw Error(ErrorKind::kLimit, "item " + std::to_string(i), "is too large");
      });
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.where, "item 5") << threads;
      EXPECT_EQ(error.kind, ErrorKind::kLimit);
    }
}

TEST(Parallel, AForeignExceptionInAWorkerReachesTheCallerAndNoItemBeginsAfterIt) {
  std::atomic<int> begun{0};
  EXPECT_THROW(in_parallel(100000, {.threads = 4},
                           [&](std::size_t i, auto) {
                             ++begun;
                             if (i == 10) throw std::bad_alloc();
                             // Else the others may end before the thread that throws goes on.
                             std::this_thread::sleep_for(std::chrono::microseconds(50));
                           }),
               std::bad_alloc);
  EXPECT_LT(begun, 100000);
}

TEST(Parallel, ProgressCountsItemsAndCancels) {
  std::vector<std::uint64_t> counts;
  in_parallel(
      5, {.threads = 2, .progress = [&](auto done, auto all) { return counts.push_back(done), all == 5; }},
      [](auto, auto) {});
  EXPECT_EQ(counts, (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
  EXPECT_THROW(in_parallel(100, {.threads = 2, .progress = [](auto done, auto) { return done < 3; }},
                           [](auto, auto) {}),
               Cancelled);
}

}  // namespace
}  // namespace s2m
