#include "text/context_windows.h"

#include <gtest/gtest.h>

#include <numeric>

#include "base/random.h"

namespace s2m {
namespace {

TEST(ContextWindows, AShortTextIsOneWindow) {
  const std::vector<std::size_t> lengths{10, 20, 30};
  EXPECT_EQ(context_windows(lengths, 100), (std::vector<ContextWindow>{{0, 3, 0, 3}}));
  EXPECT_TRUE(context_windows({}, 100).empty());
}

TEST(ContextWindows, KeptPiecesHaveContextOnBothSides) {
  const std::vector<std::size_t> lengths(50, 10);
  for (const auto& window : context_windows(lengths, 80)) {
    EXPECT_TRUE(window.first == 0 || window.keep_first - window.first == 2) << window.first;
    EXPECT_TRUE(window.last == 50 || window.last - window.keep_last == 2) << window.last;
  }
}

TEST(ContextWindows, KeepEachPieceOnceAndFit) {
  Random random(1);
  for (int round = 0; round < 500; ++round) {
    std::vector<std::size_t> lengths(random.below(40));
    for (auto& length : lengths) length = random.below(90);
    const std::size_t most = 1 + random.below(80);
    std::size_t next = 0;
    for (const auto& window : context_windows(lengths, most)) {
      ASSERT_EQ(window.keep_first, next);
      ASSERT_GT(window.keep_last, window.keep_first);
      ASSERT_TRUE(window.first <= window.keep_first && window.keep_last <= window.last);
      const auto at = [&](std::size_t i) { return lengths.begin() + static_cast<std::ptrdiff_t>(i); };
      const auto held = std::accumulate(at(window.first), at(window.last), std::size_t{0});
      ASSERT_TRUE(held <= most || window.last - window.first == 1);
      next = window.keep_last;
    }
    ASSERT_EQ(next, lengths.size());
  }
}

}  // namespace
}  // namespace s2m
