// A plan that grows turn by turn: what was planned stays, keys and themes belong together, the end ends.
#include "story2midi/plan/growing_plan.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "story2midi/base/error.h"
#include "story2midi/music/key.h"
#include "story2midi/plan/sections.h"

namespace s2m {
namespace {

EmotionCurve turn(double valence, double arousal, std::string text = "She ran to the shore.") {
  EmotionCurve curve;
  curve.points.push_back({{std::move(text), 0, 21}, {valence, arousal, {}}});
  return curve;
}

GrowingPlan session_of(const std::vector<ValenceArousal>& moods, const PlanOptions& options = {}) {
  GrowingPlan plan(options);
  for (const auto& mood : moods) plan.add(turn(mood.valence, mood.arousal));
  return plan;
}

const std::vector<ValenceArousal> kMoods{{0.7, 0.5}, {0.6, 0.4}, {-0.7, 0.7}, {-0.6, -0.6}, {0.6, -0.5}};

TEST(GrowingPlans, WhatWasPlannedStays) {
  GrowingPlan plan({});
  Plan before;
  for (const auto& mood : kMoods) {
    plan.add(turn(mood.valence, mood.arousal));
    ASSERT_EQ(plan.plan().sections.size(), before.sections.size() + 1);
    for (std::size_t i = 0; i < before.sections.size(); ++i)
      EXPECT_EQ(plan.plan().sections[i], before.sections[i]);
    EXPECT_EQ(plan.plan().key, before.sections.empty() ? plan.plan().key : before.key);
    before = plan.plan();
  }
  plan.close();
  ASSERT_EQ(plan.plan().sections.size(), kMoods.size() + 1);
  EXPECT_EQ(plan.plan().sections.front(), before.sections.front());
}

TEST(GrowingPlans, KeysAreHomeAndItsRelatives) {
  const auto plan = session_of(kMoods).plan();
  for (const auto& section : plan.sections)
    for (const auto& bar : section.bars) {
      const int apart = std::abs(sharps_of(bar.key) - sharps_of(plan.key));
      EXPECT_TRUE(apart <= 1 || bar.key.tonic == plan.key.tonic) << name_of(bar.key);
    }
  EXPECT_EQ(plan.sections.front().bars.front().key, plan.key);
}

TEST(GrowingPlans, ATurnThatFeelsLikeTheOneBeforeAnswersIt) {
  const auto plan = session_of({{0.7, 0.5}, {0.6, 0.4}, {0.7, 0.5}}).plan();
  EXPECT_EQ(plan.themes.size(), 1u);
  EXPECT_EQ(plan.sections[0].bars[2].theme.steps, 1);                     // the statement's sequence
  EXPECT_EQ(plan.sections[1].bars[2].theme.steps, -1);                    // the answer's
  EXPECT_EQ(plan.sections[2].bars[0].theme.form, ThemeForm::kInversion);  // the contrast
  // The answer closes on the tonic.
  EXPECT_EQ(plan.sections[1].bars.back().chords.back().root, plan.key.tonic);
}

TEST(GrowingPlans, AnotherMoodHasAThemeOfItsOwnAndTheFirstReturnsWithItsMood) {
  const auto plan = session_of({{0.7, 0.5}, {-0.7, 0.7}, {0.7, 0.5}}).plan();
  EXPECT_EQ(plan.themes.size(), 2u);
  EXPECT_EQ(plan.sections[0].bars[0].theme.theme, 1);
  EXPECT_EQ(plan.sections[1].bars[0].theme.theme, 2);
  EXPECT_EQ(plan.sections[2].bars[0].theme.theme, 1);
  EXPECT_EQ(plan.sections[1].bars[0].key.mode, Mode::kMinor);
}

// The chord of the fifth above the key that follows, which no chord of C major's own is in A minor.
TEST(GrowingPlans, AChangeOfKeyThatIsKnownIsPrepared) {
  const auto glad = turn(0.7, 0.5), sad = turn(-0.6, -0.6);
  GrowingPlan known({}), unknown({});
  unknown.add(glad);
  const Key next = known.key_of_next(glad, sad);
  EXPECT_EQ(next.mode, Mode::kMinor);
  known.add(glad, next);
  const auto& chord = known.plan().sections[0].bars.back().chords.back();
  EXPECT_EQ(chord.root, (next.tonic + 7) % 12);
  EXPECT_EQ(chord.quality, ChordQuality::kDominant7);
  EXPECT_NE(known.plan(), unknown.plan());
  known.add(sad);
  EXPECT_EQ(known.plan().sections[1].bars.front().key, next);
}

TEST(GrowingPlans, ANextTurnInTheSameKeyChangesNothing) {
  GrowingPlan known({}), unknown({});
  const auto glad = turn(0.7, 0.5);
  unknown.add(glad);
  known.add(glad, known.key_of_next(glad, turn(0.6, 0.4)));
  EXPECT_EQ(known.plan(), unknown.plan());
}

TEST(GrowingPlans, AnEmptyTurnGoesOnInTheMoodBefore) {
  GrowingPlan plan({});
  EXPECT_THROW(plan.add({}), Error);
  plan.add(turn(0.7, 0.5));
  plan.add({});
  ASSERT_EQ(plan.plan().sections.size(), 2u);
  EXPECT_NEAR(plan.plan().sections[1].bars[3].valence, 0.7, 1e-3);
  EXPECT_EQ(plan.plan().sections[1].start_byte, plan.plan().sections[1].end_byte);
}

TEST(GrowingPlans, TheEndGivesWayAndClosesInTheHomeKey) {
  auto grown = session_of(kMoods);
  grown.close();
  const auto& plan = grown.plan();
  const auto& bars = plan.sections.back().bars;
  EXPECT_EQ(bars.back().key, plan.key);
  EXPECT_EQ(bars.back().chords.back().root, plan.key.tonic);
  EXPECT_LT(bars.back().tempo_bpm, bars.front().tempo_bpm);
  EXPECT_EQ(bars.back().theme.theme, 1);
  EXPECT_EQ(bars.back().theme.form, ThemeForm::kClose);
}

TEST(GrowingPlans, ANamedThemeStandsWhereItsNameDoes) {
  const NamedTheme anna{{"Anna"}, "flute", {{4, 1}, {0, 1}, {1, 2}}};
  GrowingPlan plan({.bars = 8, .themes = std::vector{anna}});
  EmotionCurve curve = turn(0.7, 0.5);
  curve.points.push_back({{"Then Anna came.", 22, 37}, {0.7, 0.5, {}}});
  plan.add(curve);
  ASSERT_EQ(plan.plan().themes.size(), 2u);
  EXPECT_EQ(plan.plan().themes[1].name, "Anna");
  EXPECT_EQ(plan.plan().sections[0].bars[0].theme.theme, 1);
  EXPECT_EQ(plan.plan().sections[0].bars[4].theme.theme, 2);
  plan.add(turn(0.7, 0.5, "Anna went."));
  EXPECT_EQ(plan.plan().themes.size(), 2u);
  EXPECT_EQ(plan.plan().sections[1].bars[0].theme.theme, 2);
}

TEST(GrowingPlans, WhatIsAskedHoldsThroughout) {
  const Key key{2, Mode::kMinor};
  auto plan = session_of(kMoods, {.bars = 8, .key = key, .tempo_bpm = 80, .metre = Metre{3, 4}});
  plan.close();
  for (const auto& section : plan.plan().sections)
    for (const auto& bar : section.bars) {
      EXPECT_EQ(bar.key, key);
      EXPECT_EQ(bar.tempo_bpm, 80);
      EXPECT_EQ(bar.metre, (Metre{3, 4}));
    }
  EXPECT_EQ(bar_count(plan.plan()), 8 * 5 + kPhraseBars);
}

TEST(GrowingPlans, OptionsThatNeedTheWholeAreRefused) {
  EXPECT_THROW(GrowingPlan({.bars = 6}), Error);
  EXPECT_THROW(GrowingPlan({.bars = 20}), Error);
  EXPECT_THROW(GrowingPlan({.duration_seconds = 60}), Error);
  EXPECT_THROW(GrowingPlan({.words_per_minute = 150}), Error);
}

TEST(GrowingPlans, TheMostBarsLeaveRoomForTheEnd) {
  GrowingPlan plan({.bars = 16});
  for (int turns = 0; turns < 255; ++turns) plan.add(turn(0.2 * (turns % 7) - 0.6, 0.1));
  EXPECT_THROW(plan.add(turn(0, 0)), Error);
  plan.close();
  EXPECT_EQ(bar_count(plan.plan()), 255 * 16 + 4);
}

}  // namespace
}  // namespace s2m
