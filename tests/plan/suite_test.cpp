// A book becomes a suite.
#include "story2midi/plan/suite.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

Story book(int opening = 10) {
  std::string text;
  for (int i = 0; i < opening; ++i) text += "The wind rose over the hills that night, and nobody slept. ";
  for (const char* chapter : {"CHAPTER I", "CHAPTER II", "CHAPTER III"}) {
    text += std::string("\n\n") + chapter + "\n\n";
    for (int i = 0; i < 12; ++i)
      text += "On the shore old Martha waited for the ship. The gulls cried over the sand. ";
  }
  return story_of(text);
}

EmotionCurve curve_of(const Story& story) {
  EmotionCurve curve;
  for (std::size_t i = 0; i < story.passages.size(); ++i) {
    CurvePoint point;
    point.passage = story.passages[i];
    point.emotion.valence = i % 7 / 7.0 - 0.3, point.emotion.arousal = i % 5 / 5.0 - 0.5;
    curve.points.push_back(point);
  }
  return curve;
}

TEST(Suite, HasAMovementForEachChapter) {
  const auto story = book();
  const auto suite = plan_suite(story, curve_of(story));
  ASSERT_EQ(suite.size(), 4u);
  EXPECT_EQ(suite[0].title, "Opening");
  EXPECT_EQ(suite[2].title, "CHAPTER II");
  std::size_t at = 0;
  for (const auto& movement : suite) {
    EXPECT_EQ(movement.first, at);
    at = movement.last;
  }
  EXPECT_EQ(at, story.passages.size());
}

TEST(Suite, AShortOpeningBelongsToTheFirstChapter) {
  const auto story = book(1);
  const auto suite = plan_suite(story, curve_of(story));
  ASSERT_EQ(suite.size(), 3u);
  EXPECT_EQ(suite[0].title, "CHAPTER I");
  EXPECT_EQ(suite[0].first, 0u);
}

TEST(Suite, SharesItsThemes) {
  const auto story = book();
  const auto suite = plan_suite(story, curve_of(story), {.plan = {.bars = 200}});
  std::set<std::string> names;
  for (const auto& movement : suite) {
    EXPECT_EQ(movement.plan.themes.front().notes, suite[0].plan.themes.front().notes);
    for (const auto& theme : movement.plan.themes)
      if (!theme.name.empty()) names.insert(theme.name);
  }
  EXPECT_EQ(names, std::set<std::string>{"Martha"});
}

TEST(Suite, LastsAsLongAsAsked) {
  const auto story = book();
  const auto suite =
      plan_suite(story, curve_of(story), {.plan = {.duration_seconds = 400}, .interlude_seconds = 10});
  ASSERT_EQ(suite.size(), 7u);
  double seconds = 0;
  for (std::size_t i = 0; i < suite.size(); ++i) {
    EXPECT_EQ(suite[i].is_interlude, i % 2 == 1);
    const double own = length_seconds(suite[i].plan);
    EXPECT_TRUE(!suite[i].is_interlude || std::abs(own - 10) < 1e-3) << own;
    seconds += length_seconds(suite[i].plan);
  }
  EXPECT_NEAR(seconds, 400, 0.01);
}

TEST(Suite, RefusesWhatIsNone) {
  const auto story = book(), tale = story_of("She sang. He danced. They laughed.");
  EXPECT_THROW(plan_suite(tale, curve_of(tale)), Error);
  for (const double seconds : {7.9, 20.1, std::nan("")})
    EXPECT_THROW(plan_suite(story, curve_of(story), {.interlude_seconds = seconds}), Error) << seconds;
  EXPECT_THROW(plan_suite(story, curve_of(story), {.plan = {.words_per_minute = 150}}), Error);
  EXPECT_THROW(
      plan_suite(story, curve_of(story), {.plan = {.duration_seconds = 30}, .interlude_seconds = 10}), Error);
}

}  // namespace
}  // namespace s2m
