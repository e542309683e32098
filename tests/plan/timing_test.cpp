// Sections that begin at their times and hits that fall on beats.
#include "story2midi/plan/timing.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>

#include "story2midi/base/error.h"
#include "story2midi/base/limits.h"

namespace s2m {
namespace {

double length_of(const TimedSection& section) {
  return seconds_at(section.bars, {static_cast<int>(section.bars.size()), 0});
}

double error_of(const TimedSection& section, std::size_t hit, double wanted) {
  return seconds_at(section.bars, section.hits[hit]) - wanted;
}

constexpr TimedBar kUsual{{4, 4}, 100};  // 2.4 s

TEST(Timing, WholePhrasesWhereTheTempoHardlyBends) {
  const auto section = choose_bars(kUsual, 39.2, {});
  EXPECT_EQ(section.bars.size(), 16u);
  EXPECT_NEAR(length_of(section), 39.2, 1e-9);
  EXPECT_NEAR(section.bend, 0.8 / 39.2, 1e-3);
}

TEST(Timing, AnotherNumberOfBarsWhereTheTempoWouldBendMuch) {
  const auto section = choose_bars(kUsual, 12, {});
  EXPECT_EQ(section.bars.size(), 5u);
  EXPECT_NEAR(section.bend, 0, 1e-9);
}

TEST(Timing, HalfABarMoreMakesTheLastBarLonger) {
  const auto section = choose_bars(kUsual, 13.2, {});  // five bars and a half
  ASSERT_EQ(section.bars.size(), 5u);
  EXPECT_EQ(section.bars.back().metre, (Metre{6, 4}));
  EXPECT_NEAR(section.bend, 0, 1e-9);
}

TEST(Timing, AShortSectionHasABarOfAnotherMetre) {
  const auto section = choose_bars(kUsual, 3.6, {});  // six quarters
  EXPECT_NEAR(length_of(section), 3.6, 1e-9);
  EXPECT_LE(section.bend, kMostBend);
  ASSERT_FALSE(section.bars.empty());
  EXPECT_NE(section.bars.back().metre, kUsual.metre);
}

TEST(Timing, AHitFallsOnABeatAtItsTime) {
  const std::vector<double> hits{7.0, 21.3};
  const auto section = choose_bars(kUsual, 38.4, hits);
  for (std::size_t i = 0; i < hits.size(); ++i) EXPECT_NEAR(error_of(section, i, hits[i]), 0, 1e-6);
  EXPECT_NEAR(length_of(section), 38.4, 1e-9);
  EXPECT_LE(section.bend, kMostBend);
}

TEST(Timing, HitsThatAreTooDenseStayOnTheNearestBeats) {
  std::vector<double> hits;
  for (int i = 0; i < 400; ++i) hits.push_back(1 + 0.01 * i);
  const auto section = choose_bars(kUsual, 9.6, hits);
  EXPECT_NEAR(length_of(section), 9.6, 1e-6);
  ASSERT_EQ(section.hits.size(), hits.size());
  for (std::size_t i = 0; i < hits.size(); ++i) EXPECT_LE(std::abs(error_of(section, i, hits[i])), 0.4);
}

TEST(Timing, NoBarIsShortEnough) { EXPECT_THROW(choose_bars(kUsual, 0.01, {}), Error); }

TEST(Timing, AnySectionLastsExactlyAsLongAsAsked) {
  EXPECT_TRUE(rc::check("length, tempo and metre", [] {
    const int index = *rc::gen::inRange(0, static_cast<int>(written_metres().size()));
    const TimedBar usual{written_metres()[static_cast<std::size_t>(index)],
                         *rc::gen::inRange(440, 1840) / 10.0};
    const double seconds = *rc::gen::inRange(1000, 600'000) / 1000.0;
    const auto section = choose_bars(usual, seconds, {});
    RC_ASSERT(std::abs(length_of(section) - seconds) < 1e-6);
    RC_ASSERT(section.hits.empty());
    for (const auto& bar : section.bars) {
      RC_ASSERT(bar.tempo_bpm >= limits::kSlowestBpm);
      RC_ASSERT(bar.tempo_bpm <= limits::kFastestBpm);
      RC_ASSERT(std::abs(bar.tempo_bpm / usual.tempo_bpm - 1) <= section.bend + 1e-9);
    }
    // Half a beat in six is the least that always suffices.
    if (bar_length(usual.metre) >= 36 && seconds > 6.5 * 60 / usual.tempo_bpm * bar_length(usual.metre) / 12)
      RC_ASSERT(section.bend <= kMostBend);
  }));
}

TEST(Timing, AnyHitsKeepTheirOrderAndTheSectionItsLength) {
  EXPECT_TRUE(rc::check("hits", [] {
    const double seconds = *rc::gen::inRange(10'000, 200'000) / 1000.0;
    auto hits = *rc::gen::container<std::vector<double>>(rc::gen::map(
        rc::gen::inRange(0, 10'000), [seconds](int share) { return share / 10'001.0 * seconds; }));
    std::ranges::sort(hits);
    const auto section = choose_bars(kUsual, seconds, hits);
    RC_ASSERT(std::abs(length_of(section) - seconds) < 1e-6);
    RC_ASSERT(section.hits.size() == hits.size());
    for (std::size_t i = 0; i < hits.size(); ++i) {
      RC_ASSERT(section.hits[i].bar < static_cast<int>(section.bars.size()));
      if (i > 0)
        RC_ASSERT(std::pair(section.hits[i - 1].bar, section.hits[i - 1].position) <=
                  std::pair(section.hits[i].bar, section.hits[i].position));
    }
  }));
}

// The beat of the usual tempo is .6 s; hits two bars or more apart leave room to bend.
TEST(Timing, SparseHitsAreWithinATenthOfASecond) {
  EXPECT_TRUE(rc::check("sparse hits", [] {
    std::vector<double> hits;
    double at = 0;
    const int count = *rc::gen::inRange(1, 12);
    for (int i = 0; i < count; ++i) hits.push_back(at += *rc::gen::inRange(6000, 15'000) / 1000.0);
    const auto section = choose_bars(kUsual, at + 8, hits);
    for (std::size_t i = 0; i < hits.size(); ++i) RC_ASSERT(std::abs(error_of(section, i, hits[i])) < 0.1);
  }));
}

TEST(Timing, WantedTemposKeepTheirShape) {
  const std::vector<TimedBar> wanted{{{4, 4}, 80}, {{4, 4}, 100}, {{3, 4}, 120}, {{4, 4}, 60}};
  const auto section = keep_times(wanted, 10, {});
  for (std::size_t i = 1; i < wanted.size(); ++i)
    EXPECT_NEAR(section.bars[i].tempo_bpm / section.bars[0].tempo_bpm,
                wanted[i].tempo_bpm / wanted[0].tempo_bpm, 1e-9);
}

}  // namespace
}  // namespace s2m
