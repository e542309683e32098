#include "story2midi/plan/themes.h"

#include <gtest/gtest.h>

#include "story2midi/base/random.h"

namespace s2m {
namespace {

constexpr double kJoy = 0.8;

TEST(Themes, SixteenBarsAreStatementAnswerContrastAndReturn) {
  const std::vector<ThemedSection> sections{{16, {}}};
  EXPECT_EQ(returning_bars(sections), (std::vector{0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0}));
}

TEST(Themes, EveryOtherPeriodIsTheRefrain) {
  const auto returns =
      returning_bars(std::vector<ThemedSection>{{8, {kJoy, kJoy, {}}}, {80, {-kJoy, 0, {}}}});
  for (int bar = 0; bar < 16; ++bar) {
    EXPECT_EQ(returns[static_cast<std::size_t>(8 + 32 + bar)], 8 + bar + 1);
    EXPECT_EQ(returns[static_cast<std::size_t>(8 + 64 + bar)], bar < 14 ? 8 + bar + 1 : 0)
        << "the end is new";
  }
  EXPECT_EQ(returns[8 + 16], 0) << "the period between has a theme of its own";
  EXPECT_EQ(returns[8 + 16 + 12], 8 + 16 + 1) << "and returns to its own statement";
}

TEST(Themes, TheLastPeriodBeginsWithTheRefrain) {
  const auto returns = returning_bars(std::vector<ThemedSection>{{64, {}}});
  for (int bar = 0; bar < 8; ++bar) EXPECT_EQ(returns[static_cast<std::size_t>(48 + bar)], bar + 1);
  EXPECT_EQ(returns[48 + 8], 0) << "its contrast is new";
  EXPECT_EQ(returns[48 + 12], 48 + 1);
  EXPECT_EQ(returning_bars(std::vector<ThemedSection>{{32, {}}})[16], 0) << "two periods make no rondo";
}

TEST(Themes, OnlyWhatWasHeardReturnsAndTheEndIsNew) {
  Random random(1);
  for (int i = 0; i < 200; ++i) {
    std::vector<ThemedSection> sections;
    std::size_t bars = 0;
    for (int k = random.between(1, 6); k > 0; --k) {
      sections.push_back({random.between(1, 40), {random.uniform() * 2 - 1, random.uniform() * 2 - 1, {}}});
      bars += static_cast<std::size_t>(sections.back().bars);
    }
    const auto returns = returning_bars(sections);
    ASSERT_EQ(returns.size(), bars);
    for (std::size_t bar = 0; bar < bars; ++bar) {
      EXPECT_GE(returns[bar], 0);
      EXPECT_LE(returns[bar], static_cast<int>(bar)) << "bars count from 1: its own number would be bar + 1";
    }
    EXPECT_EQ(returns.back(), 0);
    if (bars > 1) {
      EXPECT_EQ(returns[bars - 2], 0);
    }
  }
}

TEST(Themes, ASectionThatFeelsAlikeHasTheSameThemeAndAnotherItsOwn) {
  const std::vector<ThemedSection> sections{
      {8, {kJoy, kJoy, {}}}, {8, {-kJoy, kJoy, {}}}, {8, {kJoy, kJoy, {}}}, {8, {0, 0, {}}}};
  const auto returns = returning_bars(sections);
  EXPECT_EQ(returns[8], 0);
  for (int bar = 0; bar < 8; ++bar) EXPECT_EQ(returns[static_cast<std::size_t>(16 + bar)], bar + 1);
  EXPECT_EQ(returns[24], 1) << "the last comes back to the first";
}

TEST(Themes, ASectionTakesUpNoMoreThanTheOtherHad) {
  const std::vector<ThemedSection> sections{
      {4, {kJoy, kJoy, {}}}, {8, {-kJoy, kJoy, {}}}, {12, {kJoy, kJoy, {}}}, {4, {0, 0, {}}}};
  const auto returns = returning_bars(sections);
  for (int bar = 0; bar < 4; ++bar) EXPECT_EQ(returns[static_cast<std::size_t>(12 + bar)], bar + 1);
  EXPECT_EQ(returns[16], 12 + 1) << "then it answers its own statement";
  EXPECT_EQ(returns[17], 0);
}

TEST(Themes, TheLastSectionComesBackToTheFirst) {
  const std::vector<ThemedSection> sections{
      {8, {kJoy, kJoy, {}}}, {8, {0, -kJoy, {}}}, {8, {-kJoy, -kJoy, {}}}};
  const auto returns = returning_bars(sections);
  EXPECT_EQ(returns[8], 0);
  EXPECT_EQ(returns[16], 1);
}

TEST(Themes, NothingOfNothing) { EXPECT_TRUE(returning_bars({}).empty()); }

}  // namespace
}  // namespace s2m
