#include "story2midi/nn/team.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace s2m {
namespace {

TEST(Team, EachMemberWorksOnce) {
  for (const int threads : {1, 2, 3}) {
    Team team(threads);
    for (int round = 0; round < 100; ++round) {
      std::vector<int> times(static_cast<std::size_t>(threads));
      team.together([&](int member) { ++times[static_cast<std::size_t>(member)]; });
      EXPECT_EQ(std::count(times.begin(), times.end(), 1), threads);
    }
  }
}

// What one member writes before a meeting the others read after it.
TEST(Team, MembersMeet) {
  for (const int threads : {1, 2, 3}) {
    Team team(threads);
    const auto members = static_cast<std::size_t>(threads);
    std::vector<std::vector<int>> at(2, std::vector<int>(members));  // by turns
    for (int round = 0; round < 20; ++round)
      team.together([&](int member) {
        const auto own = static_cast<std::size_t>(member);
        for (std::size_t turn = 0; turn < 100; ++turn) {
          at[(turn + 1) % 2][own] = at[turn % 2][(own + 1) % members] + 1;
          team.meet(member);
        }
      });
    EXPECT_EQ(at[0], std::vector<int>(members, 2000));
  }
}

TEST(Team, UnusedItEnds) { Team team(4); }

}  // namespace
}  // namespace s2m
