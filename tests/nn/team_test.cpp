#include "nn/team.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace s2m {
namespace {

TEST(Team, EachPartIsDoneOnce) {
  for (const int threads : {1, 2, 3}) {
    Team team(threads);
    for (const int count : {0, 1, 2, 7, 100}) {
      std::vector<int> times(static_cast<std::size_t>(count));
      team.share(count, [&](int first, int end) {
        for (int i = first; i < end; ++i) ++times[static_cast<std::size_t>(i)];
      });
      EXPECT_EQ(std::count(times.begin(), times.end(), 1), count) << threads;
    }
  }
}

// What one round writes the next one reads, on whichever thread.
TEST(Team, RoundsFollowEachOther) {
  Team team(2);
  std::vector<int> at(2), before(2);
  for (int round = 1; round <= 2000; ++round) {
    team.share(2, [&](int first, int end) {
      for (int i = first; i < end; ++i)
        at[static_cast<std::size_t>(i)] = before[static_cast<std::size_t>(1 - i)] + 1;
    });
    before = at;
  }
  EXPECT_EQ(at, std::vector<int>(2, 2000));
}

TEST(Team, UnusedItEnds) { Team team(4); }

}  // namespace
}  // namespace s2m
