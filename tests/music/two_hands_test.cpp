#include "story2midi/music/two_hands.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "story2midi/base/random.h"

namespace s2m {
namespace {

// Some cut between the hands lets each have five keys and a tenth at most.
bool some_cut_fits(const std::vector<int>& pitches) {
  const auto fits = [&](std::size_t from, std::size_t to) {
    return from == to || (to - from <= 5 && pitches[to - 1] - pitches[from] <= 16);
  };
  for (std::size_t cut = 0; cut <= pitches.size(); ++cut)
    if (fits(0, cut) && fits(cut, pitches.size())) return true;
  return false;
}

TEST(TwoHands, HoldFiveKeysAndATenthEach) {
  EXPECT_TRUE(fit_two_hands({}));
  Random random(1);
  int fitting = 0;
  for (int i = 0; i < 3000; ++i) {
    std::vector<int> pitches;
    const int count = random.between(1, 12), span = random.between(14, 70);
    for (int k = 0; k < count; ++k) pitches.push_back(21 + random.between(0, span));
    std::ranges::sort(pitches);
    pitches.erase(std::unique(pitches.begin(), pitches.end()), pitches.end());
    EXPECT_EQ(fit_two_hands(pitches), some_cut_fits(pitches)) << testing::PrintToString(pitches);
    fitting += fit_two_hands(pitches);
  }
  EXPECT_GT(fitting, 500);
  EXPECT_LT(fitting, 2500);
}

}  // namespace
}  // namespace s2m
