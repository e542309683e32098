// Plans that keep times: cues, subtitles, reading speeds.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "story2midi/base/error.h"
#include "story2midi/plan/plan.h"
#include "story2midi/plan/timing.h"

namespace s2m {
namespace {

std::string words(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "word ";
  return text;
}

// Sentences of 15 words that go up and down between loss and joy.
EmotionCurve script(int sentences) {
  EmotionCurve curve;
  std::size_t start = 0;
  for (int i = 0; i < sentences; ++i) {
    CurvePoint point;
    point.passage = {words(15), start, start + 75};
    start += 76;
    point.emotion.valence = std::sin(i / 4.0);
    point.emotion.arousal = 0.6 * std::cos(i / 3.0);
    curve.points.push_back(point);
  }
  return curve;
}

double worst_error(const Plan& plan) {
  double worst = 0;
  for (const auto& cue : plan.cues)
    worst = std::max(worst, std::abs(cue_seconds(plan, cue) - cue.wanted_seconds));
  return worst;
}

CueSheet twelve_cues() {
  return {{{CueKind::kSection, 0, 0, "The harbour"},
           {CueKind::kHit, 11.3, 0, "A door"},
           {CueKind::kSection, 24.7, 0, "Rain"},
           {CueKind::kHit, 33.05, 0, ""},
           {CueKind::kHit, 41.9, 0, ""},
           {CueKind::kSection, 58.2, 0, ""},
           {CueKind::kSilence, 80, 86.5, ""},
           {CueKind::kSection, 86.5, 0, "Light"},
           {CueKind::kHit, 97.4, 0, ""},
           {CueKind::kSection, 121.1, 0, ""},
           {CueKind::kHit, 140.6, 0, ""},
           {CueKind::kSection, 152.9, 0, "The end"}},
          180};
}

TEST(TimedPlan, AScriptOfThreeMinutesWithTwelveCues) {
  const auto plan = make_plan(script(30), {.cues = twelve_cues()});
  EXPECT_NEAR(length_seconds(plan), 180, 1e-4);
  EXPECT_LT(worst_error(plan), 0.1);
  for (const auto& wanted : twelve_cues().cues)
    EXPECT_TRUE(std::ranges::any_of(plan.cues, [&](const PlannedCue& cue) {
      return cue.kind == wanted.kind && std::abs(cue.wanted_seconds - wanted.seconds) < 1e-9;
    })) << wanted.seconds;
  for (const auto& cue : plan.cues)
    if (cue.kind != CueKind::kHit) EXPECT_LT(std::abs(cue_seconds(plan, cue) - cue.wanted_seconds), 1e-3);
}

TEST(TimedPlan, MusicIsSilentWhereAsked) {
  const auto plan = make_plan(script(30), {.cues = twelve_cues()});
  double at = 0;
  for (const auto& bar : plan_bars(plan)) {
    const double middle = at + bar_seconds(bar) / 2;
    EXPECT_EQ(bar.density == 0, middle > 80 && middle < 86.5) << middle;
    at += bar_seconds(bar);
  }
}

TEST(TimedPlan, SectionsBendByEightPercentAtMostOrSayMore) {
  const auto plan = make_plan(script(30), {.tempo_bpm = 96, .cues = twelve_cues()});
  for (const auto& section : plan.cues) {
    if (section.kind == CueKind::kHit) continue;
    double most = 0;
    int bar = 0;
    for (const auto& planned : plan_bars(plan)) {
      const auto next = std::ranges::find_if(plan.cues, [&](const PlannedCue& cue) {
        return cue.kind != CueKind::kHit && cue.bar > section.bar;
      });
      const int end = next == plan.cues.end() ? bar_count(plan) : next->bar;
      if (bar >= section.bar && bar < end) most = std::max(most, std::abs(planned.tempo_bpm / 96 - 1));
      ++bar;
    }
    EXPECT_NEAR(most, section.bend, 1e-6);
  }
}

TEST(TimedPlan, ATextThatACueQuotesBeginsThere) {
  auto curve = script(8);
  curve.points[6].passage.text = "Then the light came back " + words(10);
  const CueSheet sheet{{{CueKind::kSection, 10, 0, "the light came"}}, 60};
  const auto plan = make_plan(curve, {.cues = sheet});
  const auto found = std::ranges::find(plan.sections, std::string("the light came"), &Section::title);
  ASSERT_NE(found, plan.sections.end());
  EXPECT_EQ(found->start_byte, curve.points[6].passage.start_byte);
}

EmotionCurve subtitled() {
  auto curve = script(24);
  for (std::size_t i = 0; i < curve.points.size(); ++i) {
    curve.points[i].passage.start_seconds = 3.7 + 7.31 * static_cast<double>(i);
    curve.points[i].passage.end_seconds = 9.2 + 7.31 * static_cast<double>(i);
  }
  return curve;
}

TEST(TimedPlan, SubtitlesAreComposedToTheirOwnTimes) {
  const auto curve = subtitled();
  const auto plan = make_plan(curve);
  EXPECT_NEAR(length_seconds(plan), *curve.points.back().passage.end_seconds, 1e-4);
  EXPECT_GT(plan.sections.size(), 3u);
  EXPECT_LT(worst_error(plan), 1e-3);
  for (std::size_t i = 1; i < plan.sections.size(); ++i) {
    const auto passage = std::ranges::find(curve.points, plan.sections[i].start_byte,
                                           [](const CurvePoint& point) { return point.passage.start_byte; });
    ASSERT_NE(passage, curve.points.end());
    EXPECT_NEAR(plan.cues[i].wanted_seconds, *passage->passage.start_seconds, 1e-9);
  }
  EXPECT_NEAR(length_seconds(make_plan(curve, {.duration_seconds = 200})), 200, 1e-4);
  EXPECT_EQ(bar_count(make_plan(curve, {.bars = 32})), 32);
  EXPECT_TRUE(make_plan(curve, {.bars = 32}).cues.empty());
}

TEST(TimedPlan, HostileTimesStayInOrder) {
  auto curve = subtitled();
  curve.points[4].passage.start_seconds = 0;       // backwards
  curve.points[5].passage.start_seconds = 90'000;  // 25 hours
  EXPECT_THROW(make_plan(curve), Error);
  const auto plan = make_plan(curve, {.duration_seconds = 120});
  EXPECT_NEAR(length_seconds(plan), 120, 1e-4);
  for (auto& point : curve.points)
    point.passage.start_seconds = 5, point.passage.end_seconds = 6;  // all at once
  EXPECT_NEAR(length_seconds(make_plan(curve)), 6, 1e-4);
}

TEST(TimedPlan, AReadingSpeedSaysHowLong) {
  const auto plan = make_plan(script(20), {.words_per_minute = 150});
  EXPECT_NEAR(length_seconds(plan), 20 * 15 / 150.0 * 60, 1e-4);
  EXPECT_LT(worst_error(plan), 1e-3);
}

TEST(TimedPlan, RefusesWhatContradictsItself) {
  const auto curve = script(10);
  EXPECT_THROW(make_plan(curve, {.bars = 16, .words_per_minute = 150}), Error);
  EXPECT_THROW(make_plan(curve, {.words_per_minute = 150, .cues = twelve_cues()}), Error);
  EXPECT_THROW(make_plan(curve, {.words_per_minute = 5}), Error);
  EXPECT_THROW(make_plan(curve, {.duration_seconds = 100, .cues = twelve_cues()}), Error)
      << "cues beyond the end";
  EXPECT_THROW(make_plan(curve, {.cues = CueSheet{{{CueKind::kSection, 5, 0, ""}}, {}}}), Error) << "no end";
  const CueSheet too_near{{{CueKind::kSection, 5, 0, ""}, {CueKind::kSection, 5.01, 0, ""}}, 20};
  EXPECT_THROW(make_plan(curve, {.cues = too_near}), Error);
}

TEST(TimedPlan, CuesStandInThePlansJson) {
  const auto plan = make_plan(script(30), {.cues = twelve_cues()});
  const auto json = to_json(plan);
  EXPECT_NE(json.find("\"error_ms\""), json.npos);
  const auto again = plan_from_json(json);
  ASSERT_EQ(again.cues.size(), plan.cues.size());
  EXPECT_EQ(again.cues[3].bar, plan.cues[3].bar);
  EXPECT_EQ(to_json(again), json);
}

}  // namespace
}  // namespace s2m
