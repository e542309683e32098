// Windows: every token is read once, in order, with its neighbours in sight.
#include "story2midi/reading/windows.h"

#include <gtest/gtest.h>

#include <numeric>

#include "story2midi/base/random.h"

namespace s2m {
namespace {

constexpr WindowEnds kEnds{1000, 1001};

// Passages of the given lengths, each token another number.
std::vector<std::vector<TokenId>> passages_of(const std::vector<std::size_t>& lengths) {
  std::vector<std::vector<TokenId>> passages;
  TokenId next = 0;
  for (const auto length : lengths) {
    auto& passage = passages.emplace_back(length);
    std::iota(passage.begin(), passage.end(), next);
    next += static_cast<TokenId>(length);
  }
  return passages;
}

TEST(Windows, AShortTextIsOneWindowWithItsEnds) {
  const auto windows = windows_of(passages_of({3}), kEnds);
  ASSERT_EQ(windows.size(), 1u);
  EXPECT_EQ(windows[0].reading.ids, (std::vector<TokenId>{1000, 0, 1, 2, 1001}));
  ASSERT_EQ(windows[0].reading.parts.size(), 1u);
  EXPECT_EQ(windows[0].reading.parts[0].first, 0u);
  EXPECT_EQ(windows[0].reading.parts[0].last, 5u);
}

TEST(Windows, PassagesShareOneAndPoolTheirOwnTokens) {
  const auto windows = windows_of(passages_of({2, 3}), kEnds);
  ASSERT_EQ(windows.size(), 1u);
  EXPECT_EQ(windows[0].reading.ids.size(), 7u);
  EXPECT_EQ(windows[0].passages, (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(windows[0].reading.parts[1].first, 3u);
  EXPECT_EQ(windows[0].reading.parts[1].last, 6u);
}

TEST(Windows, APassageThatDoesNotFitOpensTheNext) {
  const auto windows = windows_of(passages_of({4, 4, 4}), kEnds, 10);
  ASSERT_EQ(windows.size(), 2u);
  EXPECT_EQ(windows[0].reading.ids, (std::vector<TokenId>{1000, 0, 1, 2, 3, 4, 5, 6, 7, 1001}));
  EXPECT_EQ(windows[0].passages, (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(windows[1].reading.ids, (std::vector<TokenId>{1000, 8, 9, 10, 11, 1001}));
  EXPECT_EQ(windows[1].passages, std::vector<std::size_t>{2});
}

TEST(Windows, ALongPassageHasSeveralParts) {
  const auto windows = windows_of(passages_of({7}), kEnds, 5);
  ASSERT_EQ(windows.size(), 3u);
  for (const auto& window : windows) EXPECT_EQ(window.passages, std::vector<std::size_t>{0});
  EXPECT_EQ(windows[2].reading.ids, (std::vector<TokenId>{1000, 6, 1001}));
}

TEST(Windows, AnEmptyPassageReadsTheStart) {
  const auto windows = windows_of(passages_of({2, 0, 1}), kEnds);
  EXPECT_EQ(windows[0].reading.parts[1].first, 0u);
  EXPECT_EQ(windows[0].reading.parts[1].last, 1u);
}

TEST(Windows, AnyPassagesAreReadOnceInOrderWithinTheLongest) {
  Random random(3);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::size_t> lengths(1 + random.below(12));
    for (auto& length : lengths) length = random.below(40);
    const std::size_t longest = 8 + random.below(40);
    const auto passages = passages_of(lengths);
    std::vector<std::vector<TokenId>> read(passages.size());
    std::vector<int> seen(passages.size());
    for (const auto& window : windows_of(passages, kEnds, longest)) {
      const auto& ids = window.reading.ids;
      EXPECT_LE(ids.size(), longest);
      ASSERT_EQ(window.passages.size(), window.reading.parts.size());
      for (std::size_t i = 0; i < window.passages.size(); ++i) {
        ++seen[window.passages[i]];
        for (auto at = window.reading.parts[i].first; at < window.reading.parts[i].last; ++at)
          if (ids[at] < kEnds.first) read[window.passages[i]].push_back(ids[at]);
      }
    }
    EXPECT_EQ(read, passages);
    for (const int count : seen) EXPECT_GE(count, 1);
  }
}

}  // namespace
}  // namespace s2m
