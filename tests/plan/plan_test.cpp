// Plans as a musician would judge them.
#include "story2midi/plan/plan.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "story2midi/base/error.h"
#include "story2midi/base/random.h"
#include "story2midi/music/key.h"
#include "story2midi/plan/rules.h"

namespace s2m {
namespace {

CurvePoint passage(std::string text, double valence, double arousal, std::size_t start = 0) {
  const auto end = start + text.size();
  return {{std::move(text), start, end}, {valence, arousal}};
}

std::string words(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "word ";
  return text;
}

EmotionCurve random_curve(std::uint64_t seed) {
  Random random(seed);
  EmotionCurve curve;
  std::size_t start = 0;
  for (int i = random.between(1, 40); i > 0; --i) {
    curve.points.push_back(
        passage(words(random.between(1, 90)), random.uniform() * 2 - 1, random.uniform() * 2 - 1, start));
    start = curve.points.back().passage.end_byte + 1;
  }
  return curve;
}

Plan plan_of(double valence, double arousal) {
  return make_plan({}, {.valence = valence, .arousal = arousal});
}

template <class F>
void each_bar(const Plan& plan, const F& visit) {
  for (const auto& section : plan.sections)
    for (const auto& bar : section.bars) visit(bar);
}

std::vector<BarPlan> all_bars(const Plan& plan) {
  std::vector<BarPlan> bars;
  each_bar(plan, [&](const BarPlan& bar) { bars.push_back(bar); });
  return bars;
}

TEST(Plan, MoreArousalNeverLowersTempoDensityOrDynamicsNorLengthensNotes) {
  for (double valence = -1; valence <= 1; valence += 0.25)
    for (double arousal = -1; arousal < 0.95; arousal += 0.1) {
      const auto calmer = all_bars(plan_of(valence, arousal));
      const auto wilder = all_bars(plan_of(valence, arousal + 0.1));
      ASSERT_EQ(calmer.size(), wilder.size());
      for (std::size_t i = 0; i < calmer.size(); ++i) {
        EXPECT_LE(calmer[i].tempo_bpm, wilder[i].tempo_bpm);
        EXPECT_LE(calmer[i].density, wilder[i].density);
        EXPECT_LE(calmer[i].dynamics, wilder[i].dynamics);
        EXPECT_GE(calmer[i].articulation, wilder[i].articulation);
      }
    }
}

TEST(Plan, MoreValenceNeverTurnsMajorToMinorNorLowersTheRegister) {
  for (double arousal = -1; arousal <= 1; arousal += 0.25)
    for (double valence = -1; valence < 0.95; valence += 0.1) {
      const auto darker = plan_of(valence, arousal);
      const auto brighter = plan_of(valence + 0.1, arousal);
      EXPECT_FALSE(darker.key.mode == Mode::kMajor && brighter.key.mode == Mode::kMinor);
      const auto low = all_bars(darker), high = all_bars(brighter);
      for (std::size_t i = 0; i < low.size(); ++i) EXPECT_LE(low[i].register_pitch, high[i].register_pitch);
    }
}

TEST(Plan, WithinAModeMoreValenceNeverGoesFlatter) {
  for (const auto mode : {Mode::kMajor, Mode::kMinor})
    for (double arousal = -1; arousal <= 1; arousal += 0.25)
      for (double valence = -1; valence < 0.95; valence += 0.1)
        EXPECT_LE(sharps_of(key_of(mode, {valence, arousal})),
                  sharps_of(key_of(mode, {valence + 0.1, arousal})));
}

TEST(Plan, TheFourQuadrantsDifferAsInRealMusic) {
  const auto joy = all_bars(plan_of(0.6, 0.6))[0], anger = all_bars(plan_of(-0.6, 0.6))[0],
             grief = all_bars(plan_of(-0.6, -0.6))[0], peace = all_bars(plan_of(0.6, -0.6))[0];
  for (const auto& excited : {joy, anger})
    for (const auto& calm : {grief, peace}) {
      EXPECT_GT(excited.tempo_bpm, 1.4 * calm.tempo_bpm);
      EXPECT_GT(excited.density, 2 * calm.density);
      EXPECT_GT(excited.dynamics, calm.dynamics + 20);
    }
  EXPECT_EQ(joy.key.mode, Mode::kMajor);
  EXPECT_EQ(peace.key.mode, Mode::kMajor);
  EXPECT_EQ(anger.key.mode, Mode::kMinor);
  EXPECT_EQ(grief.key.mode, Mode::kMinor);
  EXPECT_GT(joy.register_pitch, anger.register_pitch + 4);
  EXPECT_GT(peace.register_pitch, grief.register_pitch + 4);
}

TEST(Plan, WhatIsAskedIsExact) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Key key{static_cast<int>(seed % 12), seed % 2 ? Mode::kMajor : Mode::kMinor};
    const int bars = 1 + static_cast<int>(seed) * 3;
    const auto plan = make_plan(
        random_curve(seed),
        {.bars = bars, .key = key, .tempo_bpm = 60.0 + static_cast<double>(seed), .metre = Metre{6, 8}});
    EXPECT_EQ(plan.key, key);
    EXPECT_EQ(bar_count(plan), bars);
    each_bar(plan, [&](const BarPlan& bar) {
      EXPECT_EQ(bar.key.mode, key.mode);
      EXPECT_EQ(bar.tempo_bpm, 60.0 + static_cast<double>(seed));
      EXPECT_EQ(bar.metre, (Metre{6, 8}));
    });
  }
}

TEST(Plan, ADurationAskedIsExactAndTheTempoStaysNear) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const double seconds = 20 + static_cast<double>(seed) * 11.3;
    const auto curve = random_curve(seed);
    const auto plan = make_plan(curve, {.duration_seconds = seconds});
    EXPECT_NEAR(length_seconds(plan), seconds, 1e-5 * seconds);
    each_bar(plan, [](const BarPlan& bar) {
      EXPECT_GT(bar.tempo_bpm, 30);
      EXPECT_LT(bar.tempo_bpm, 230);
    });
    const auto both = make_plan(curve, {.bars = 24, .duration_seconds = 60});
    EXPECT_EQ(bar_count(both), 24);
    EXPECT_NEAR(length_seconds(both), 60, 1e-3);
    const auto at_tempo = make_plan(curve, {.duration_seconds = seconds, .tempo_bpm = 100});
    EXPECT_NEAR(length_seconds(at_tempo), seconds, 1e-5 * seconds);
    each_bar(at_tempo, [](const BarPlan& bar) { EXPECT_NEAR(bar.tempo_bpm, 100, 6.5); });
  }
}

TEST(Plan, RefusesWhatContradictsItself) {
  EXPECT_NO_THROW(
      make_plan(random_curve(1), {.bars = 16, .duration_seconds = 32, .tempo_bpm = 120, .metre = Metre{}}));
  EXPECT_THROW(make_plan(random_curve(1), {.bars = 16, .duration_seconds = 60, .tempo_bpm = 120}), Error);
  EXPECT_THROW(make_plan(random_curve(1), {.bars = 1, .duration_seconds = 600}), Error);
}

TEST(Plan, SectionsAreWholePhrasesInStoryOrder) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const auto curve = random_curve(seed);
    const auto plan = make_plan(curve);
    std::size_t end = 0;
    for (const auto& section : plan.sections) {
      EXPECT_GE(section.bars.size(), 4u);
      EXPECT_EQ(section.bars.size() % 4, 0u);
      EXPECT_GE(section.start_byte, end);
      EXPECT_GT(section.end_byte, section.start_byte);
      EXPECT_FALSE(section.title.empty());
      end = section.end_byte;
    }
    EXPECT_EQ(plan.sections.front().start_byte, curve.points.front().passage.start_byte);
    EXPECT_EQ(end, curve.points.back().passage.end_byte);
  }
}

TEST(Plan, ASectionIsAsLongAsItsTextAllows) {
  EmotionCurve curve{{passage(words(100), 0.8, 0.8), passage(words(300), -0.8, -0.8, 600)}};
  const auto plan = make_plan(curve, {.bars = 32});
  ASSERT_EQ(plan.sections.size(), 2u);
  EXPECT_EQ(plan.sections[0].bars.size(), 8u);
  EXPECT_EQ(plan.sections[1].bars.size(), 24u);
  EXPECT_EQ(plan.sections[0].bars[0].key.mode, Mode::kMajor);
  EXPECT_EQ(plan.sections[1].bars[0].key.mode, Mode::kMinor);
  EXPECT_EQ(plan.key.mode, Mode::kMinor);
}

// Long stories too: no section comes a bar earlier or later than its text.
TEST(Plan, ANearlyNeutralPieceHasTheModeOfMostBarsAndOfItsEnd) {
  for (const double valence : {-0.29, -0.12, -0.09, -0.01, 0.0, 0.01, 0.09, 0.12, 0.29})
    for (int bars = 1; bars <= 64; ++bars) {
      const Plan plan = make_plan({}, {.bars = bars, .valence = valence, .arousal = 0.0});
      std::map<Mode, int> count;
      for (const auto& section : plan.sections)
        for (const auto& bar : section.bars) ++count[bar.key.mode];
      const Mode mode = plan.key.mode, other = mode == Mode::kMajor ? Mode::kMinor : Mode::kMajor;
      EXPECT_GE(count[mode], count[other]) << valence << ", " << bars << " bars";
      EXPECT_EQ(plan.sections.back().bars.back().key.mode, mode) << valence << ", " << bars << " bars";
      if (bars % 4 == 0)
        EXPECT_EQ(mode, mode_of(ValenceArousal{valence, 0})) << valence << ", " << bars << " bars";
    }
}

TEST(Plan, MusicAndTextGoSideBySide) {
  for (const int bars : {16, 30, 32, 64, 128}) {
    Random random(7, static_cast<std::uint64_t>(bars));
    EmotionCurve curve;
    for (int i = 0; i < 400; ++i) {
      const auto start = i == 0 ? 0 : curve.points.back().passage.end_byte + 1;
      curve.points.push_back(
          passage(words(random.between(5, 30)), std::sin(i * 0.02), std::cos(i * 0.05), start));
    }
    const auto end = static_cast<double>(curve.points.back().passage.end_byte);
    const auto plan = make_plan(curve, {.bars = bars});
    EXPECT_GT(plan.sections.size(), 1u);
    std::size_t bar = 0;
    for (const auto& section : plan.sections) {
      EXPECT_NEAR(static_cast<double>(section.start_byte) / end * bars, static_cast<double>(bar), 1) << bars;
      bar += section.bars.size();
    }
  }
}

// A gust in a quiet scene is no section of its own: it is heard in its bars.
TEST(Plan, WithinASectionBarsFollowTheirPassages) {
  EmotionCurve curve;
  for (std::size_t i = 0; i < 8; ++i)
    curve.points.push_back(passage(words(30), -0.5, i == 3 ? 0.4 : -0.4, 200 * i));
  const auto plan = make_plan(curve, {.bars = 16});
  ASSERT_EQ(plan.sections.size(), 1u);
  const auto& bars = plan.sections[0].bars;
  ASSERT_EQ(bars.size(), 16u);
  EXPECT_GT(bars[6].arousal, bars[1].arousal + 0.3);
  EXPECT_LT(bars[13].arousal, bars[6].arousal - 0.3);
  for (const auto& bar : bars) EXPECT_EQ(bar.key.mode, Mode::kMinor) << "the mode is the section's";
}

TEST(Plan, ASingleStrikingBarIsAnAccent) {
  EmotionCurve curve;
  for (std::size_t i = 0; i < 16; ++i)
    curve.points.push_back(passage(words(12), -0.3, i == 7 ? 0.8 : -0.4, 100 * i));
  const auto bars = all_bars(make_plan(curve, {.bars = 16}));
  EXPECT_EQ(bars[7].arousal, 0.8);
  EXPECT_GT(bars[7].dynamics, bars[5].dynamics + 15);
}

TEST(Plan, LongerTextsGetMoreBars) {
  EXPECT_EQ(bar_count(make_plan({{passage("Alone.", 0, 0)}})), 16);
  int last = 0;
  for (const int count : {10, 100, 200, 400, 800, 5000}) {
    const int bars = bar_count(make_plan({{passage(words(count), 0, 0)}}));
    EXPECT_GE(bars, last);
    EXPECT_EQ(bars % 4, 0);
    last = bars;
  }
  EXPECT_EQ(last, 128);
}

TEST(Plan, TempoAndDynamicsNeverJump) {
  EmotionCurve curve{{passage(words(200), 1, 1), passage(words(200), -1, -1, 1000)}};
  const auto bars = all_bars(make_plan(curve, {.bars = 32}));
  for (std::size_t i = 1; i < bars.size(); ++i) {
    EXPECT_LT(std::abs(std::log2(bars[i].tempo_bpm / bars[i - 1].tempo_bpm)), 0.5) << i;
    EXPECT_LT(std::abs(bars[i].dynamics - bars[i - 1].dynamics), 22) << i;
  }
}

TEST(Plan, TheEndSlowsAndSoftens) {
  const auto bars = all_bars(plan_of(0.3, 0.2));
  EXPECT_LT(bars.back().tempo_bpm, bars[12].tempo_bpm);
  EXPECT_LT(bars.back().dynamics, bars[12].dynamics);
  EXPECT_LT(bars.back().density, bars[12].density);
}

TEST(Plan, ANovelIsPlannedToo) {
  EmotionCurve curve;
  for (int i = 0; i < 20'000; ++i)
    curve.points.push_back(
        passage(words(3), std::sin(i * 0.001), std::cos(i * 0.002), static_cast<std::size_t>(i) * 16));
  const auto plan = make_plan(curve, {.bars = 1024});
  EXPECT_EQ(bar_count(plan), 1024);
  EXPECT_LE(plan.sections.size(), 128u);
  EXPECT_GT(plan.sections.size(), 16u);
}

TEST(Plan, TitlesAreWholeCharactersOfTheText) {
  EmotionCurve curve{{passage("Größe\n\nüber alles: ääääääääääääääääääääääääääääääääääääääää", 0, 0)}};
  const auto title = make_plan(curve).sections[0].title;
  EXPECT_EQ(title, "über alles:...") << "without the heading above it";
  EXPECT_EQ(plan_of(-0.5, 0.5).sections[0].title, "Unpleasant and excited");
}

TEST(Plan, RefusesOptionsOutOfRange) {
  const auto curve = random_curve(3);
  const double nan = std::nan("");
  for (const PlanOptions& options :
       {PlanOptions{.bars = 0}, PlanOptions{.bars = 4097}, PlanOptions{.duration_seconds = 0.5},
        PlanOptions{.duration_seconds = nan}, PlanOptions{.key = Key{12, Mode::kMajor}},
        PlanOptions{.tempo_bpm = 19}, PlanOptions{.tempo_bpm = nan}, PlanOptions{.metre = Metre{0, 4}},
        PlanOptions{.metre = Metre{4, 3}}, PlanOptions{.metre = Metre{9, 4}}, PlanOptions{.valence = 1.1},
        PlanOptions{.arousal = nan}})
    EXPECT_THROW(make_plan(curve, options), Error);
  EXPECT_THROW(make_plan({}), Error);
  EXPECT_THROW(make_plan({}, {.valence = 0.5}), Error);
}

}  // namespace
}  // namespace s2m
