// Why a plan is as it is: every section names its sentence, its rules and its chords.
#include "story2midi/plan/explain.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "story2midi/plan/plan.h"

namespace s2m {
namespace {

EmotionCurve a_curve() {
  return {
      {{{"They <danced> & sang.", 0, 21}, {0.8, 0.6, {}}}, {{"Then she wept.", 22, 36}, {-0.7, -0.6, {}}}}};
}

TEST(Explaining, EachSectionNamesItsSentenceItsBarsAndItsRules) {
  const auto plan = make_plan(a_curve(), {.bars = 16});
  const auto all = explain(plan, a_curve());
  ASSERT_EQ(all.sections.size(), plan.sections.size());
  EXPECT_EQ(all.sections.front().first_bar, 1);
  EXPECT_EQ(all.sections.back().last_bar, 16);
  EXPECT_NEAR(all.sections.back().end_seconds, length_seconds(plan), 1e-9);
  EXPECT_EQ(all.sections.back().sentence, "Then she wept.");
  for (const auto& section : all.sections) {
    EXPECT_EQ(static_cast<int>(section.chords.size()), section.last_bar - section.first_bar + 1);
    for (const char* what :
         {"key", "tempo", "density", "loudness", "register", "articulation", "gesture", "palette"}) {
      const auto found = std::ranges::find(section.choices, what, &ExplainedChoice::what);
      ASSERT_NE(found, section.choices.end()) << what;
      EXPECT_FALSE(found->value.empty() || found->rule.empty()) << what;
    }
  }
}

TEST(Explaining, APlansJsonTellsWhyAndIsReadWithoutIt) {
  const auto plan = make_plan(a_curve(), {.bars = 16});
  const auto json = to_json(plan, explain(plan, a_curve()));
  EXPECT_NE(json.find("\"sentence\":\"Then she wept.\""), std::string::npos);
  EXPECT_NE(json.find("\"rule\""), std::string::npos);
  EXPECT_EQ(plan_from_json(json), plan);
  EXPECT_EQ(to_json(plan).find("\"why\""), std::string::npos);
}

TEST(Explaining, WithoutAStoryThereAreRulesAndNoSentences) {
  const auto all = explain(make_plan({}, {.bars = 8, .valence = 0.5, .arousal = 0.1}));
  EXPECT_TRUE(all.sections.front().sentence.empty());
  EXPECT_NE(to_text(all).find("tempo"), std::string::npos);
}

TEST(Explaining, APageIsWholeAndEscapesTheStory) {
  const auto html = to_html(explain(make_plan(a_curve(), {.bars = 16}), a_curve()));
  EXPECT_NE(html.find("They &lt;danced&gt; &amp; sang."), std::string::npos);
  EXPECT_EQ(html.find("<danced>"), std::string::npos);
  EXPECT_EQ(html.find("http"), std::string::npos) << "no outside host";
  EXPECT_NE(html.find("lang=\"en\""), std::string::npos);
  EXPECT_NE(html.find("scope=\"row\""), std::string::npos);
  EXPECT_NE(html.find("role=\"img\""), std::string::npos);
}

}  // namespace
}  // namespace s2m
