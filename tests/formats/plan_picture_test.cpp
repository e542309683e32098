#include "story2midi/formats/plan_picture.h"

#include <gtest/gtest.h>

namespace s2m {
namespace {

TEST(PlanPicture, ShowsSectionsArcAndStatementsOfThemes) {
  Plan plan;
  plan.sections = {{.title = "One", .bars = std::vector<BarPlan>(4)},
                   {.title = "Two", .bars = std::vector<BarPlan>(2)}};
  auto& bars = plan.sections[0].bars;
  bars[0].valence = .5;
  bars[0].theme = {.theme = 1};
  bars[1].theme = {.theme = 1, .bar = 1};
  bars[3].theme = {.theme = 1, .form = ThemeForm::kInversion};
  const auto picture = picture_of(plan);
  ASSERT_EQ(picture.sections.size(), 2U);
  EXPECT_EQ(picture.sections[1].first_bar, 4);
  EXPECT_EQ(picture.sections[0].letter + picture.sections[1].letter, "AB");
  EXPECT_EQ(picture.valence, (std::vector<float>{.5F, 0, 0, 0, 0, 0}));
  ASSERT_EQ(picture.themes.size(), 2U);
  EXPECT_EQ(picture.themes[0].bars, 2);
  EXPECT_EQ(picture.themes[1].first_bar, 3);
  EXPECT_EQ(picture.themes[1].form, "inversion");
}

TEST(PlanPicture, ThemesOfPeopleHaveTheirNames) {
  Plan plan;
  plan.themes.resize(2);
  plan.themes[1].name = "Anna";
  plan.sections = {{.title = "One", .bars = std::vector<BarPlan>(4)}};
  plan.sections[0].bars[0].theme.theme = 1;
  plan.sections[0].bars[2].theme.theme = 2;
  const auto picture = picture_of(plan);
  ASSERT_EQ(picture.themes.size(), 2U);
  EXPECT_EQ(picture.themes[0].name, "");
  EXPECT_EQ(picture.themes[1].name, "Anna");
}

TEST(PlanPicture, ASingleSectionHasNoLetter) {
  Plan plan;
  plan.sections = {{.title = "One", .bars = std::vector<BarPlan>(4)}};
  EXPECT_EQ(picture_of(plan).sections[0].letter, "");
}

}  // namespace
}  // namespace s2m
