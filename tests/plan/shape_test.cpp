// Builds, climaxes and breath.
#include "story2midi/plan/shape.h"

#include <gtest/gtest.h>

#include <cmath>

namespace s2m {
namespace {

EmotionCurve story(std::initializer_list<ValenceArousal> emotions) {
  EmotionCurve curve;
  for (const auto& emotion : emotions) {
    const std::size_t start = curve.points.size() * 400;
    curve.points.push_back({{std::string(399, 'w'), start, start + 399}, {emotion, {}, {}}});
  }
  return curve;
}

TEST(Shape, TheClimaxStandsWhereTheStorysDoes) {
  const auto early =
      make_plan(story({{0, -0.4}, {-0.6, 0.8}, {0, -0.4}, {0.3, -0.4}, {0.3, -0.4}}), {.bars = 40});
  const auto late =
      make_plan(story({{0, -0.4}, {0, -0.4}, {0.3, -0.4}, {-0.6, 0.8}, {0.3, -0.4}}), {.bars = 40});
  EXPECT_NEAR(climax_bar(early), 12, 4);
  EXPECT_NEAR(climax_bar(late), 28, 4);
  EXPECT_EQ(climax_bar(make_plan(story({{0, 0}}), {.bars = 8})), -1);
}

TEST(Shape, MusicBuildsToItsClimax) {
  const auto plan = make_plan(story({{0.3, 0.2}}), {.bars = 32});
  const auto bars = plan_bars(plan);
  const auto climax = static_cast<std::size_t>(climax_bar(plan));
  EXPECT_GT(climax, 16u);
  for (const std::size_t before : {4u, 8u, 12u}) {
    EXPECT_GT(bars[climax].dynamics, bars[climax - before].dynamics);
    EXPECT_GT(bars[climax].density, bars[climax - before].density);
    EXPECT_GT(bars[climax].register_pitch, bars[climax - before].register_pitch);
  }
}

// Bars of real music vary by .19 to .25 in density and by 2.6 to 8.1 in velocity; playing adds to what is planned.
TEST(Shape, BarsVaryAsRealMusicDoes) {
  const auto bars = plan_bars(make_plan(story({{0.3, 0.2}}), {.bars = 32}));
  const auto spread = [&](double BarPlan::*level) {
    double sum = 0, squares = 0;
    for (const auto& bar : bars) sum += bar.*level;
    const double mean = sum / static_cast<double>(bars.size());
    for (const auto& bar : bars) squares += (bar.*level - mean) * (bar.*level - mean);
    return std::pair(std::sqrt(squares / static_cast<double>(bars.size())), mean);
  };
  const auto [density, mean] = spread(&BarPlan::density);
  EXPECT_GT(density / mean, 0.15);
  EXPECT_LT(density / mean, 0.25);
  EXPECT_GT(spread(&BarPlan::dynamics).first, 2.6);
  EXPECT_LT(spread(&BarPlan::dynamics).first, 8.1);
}

TEST(Shape, APhraseBreathesAtItsEnd) {
  const auto bars = plan_bars(make_plan(story({{0.3, 0.2}}), {.bars = 16}));
  for (std::size_t end = 3; end < 16; end += 4) EXPECT_LT(bars[end].density, 0.8 * bars[end - 1].density);
}

}  // namespace
}  // namespace s2m
