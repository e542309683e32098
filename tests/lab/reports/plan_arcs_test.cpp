#include "lab/reports/plan_arcs.h"

#include <gtest/gtest.h>

#include <vector>

namespace s2m {
namespace {

// Twenty sentences whose valence rises and whose arousal falls.
struct Tale {
  std::vector<EmotionText> texts = std::vector<EmotionText>(20);
  std::vector<const EmotionText*> sentences;
  Tale() {
    for (std::size_t i = 0; i < texts.size(); ++i) {
      texts[i].text = "They went on and on.";
      texts[i].raw = {0.05f * static_cast<float>(i), 1 - 0.05f * static_cast<float>(i)};
      sentences.push_back(&texts[i]);
    }
  }
};

Plan plan_of(double first_valence, double last_valence) {
  Plan plan;
  plan.sections.emplace_back();
  for (int bar = 0; bar < 32; ++bar) {
    BarPlan planned;
    planned.valence = first_valence + (last_valence - first_valence) * bar / 31;
    plan.sections.back().bars.push_back(planned);
  }
  return plan;
}

TEST(PlanArcs, AreFollowedTurnedOrFlat) {
  const Tale tale;
  EXPECT_NEAR(arcs_followed(tale.sentences, plan_of(-1, 1)).valence, 1, 0.01);
  EXPECT_NEAR(arcs_followed(tale.sentences, plan_of(1, -1)).valence, -1, 0.01);
  EXPECT_EQ(arcs_followed(tale.sentences, plan_of(-1, 1)).arousal, 0) << "the plan's is flat";
}

TEST(PlanArcs, ATaleIsAStoryInParagraphs) {
  const Tale tale;
  EXPECT_EQ(tale_story(std::span(tale.sentences).first(4)),
            "They went on and on. They went on and on. They went on and on.\n\nThey went on and on.");
  EXPECT_EQ(tale_story({}), "");
}

TEST(PlanArcs, AnnotatorsCurveLiesInTheStorysBytes) {
  const Tale tale;
  const auto curve = tale_curve(tale.sentences);
  const auto story = tale_story(tale.sentences);
  ASSERT_EQ(curve.points.size(), 20u);
  for (std::size_t i = 0; i < 20; ++i) {
    const auto& [passage, emotion] = curve.points[i];
    EXPECT_EQ(story.substr(passage.start_byte, passage.end_byte - passage.start_byte), passage.text);
    EXPECT_NEAR(emotion.valence, 0.05 * static_cast<double>(i), 1e-6);
    if (i > 0) EXPECT_GT(passage.start_byte, curve.points[i - 1].passage.start_byte);
  }
}

TEST(PlanArcs, TalesAreGroupsOfASplit) {
  Tale tale;
  for (std::size_t i = 0; i < 20; ++i) {
    tale.texts[i].source = "tales";
    tale.texts[i].group = i < 5 ? "one" : i < 12 ? "two" : "three";
    tale.texts[i].split = i < 12 ? Split::kValidation : Split::kTrain;
  }
  tale.texts[3].source = "xed";
  const auto tales = tales_of(tale.texts, Split::kValidation);
  ASSERT_EQ(tales.size(), 2u);
  EXPECT_EQ(tales[0].size(), 4u);
  EXPECT_EQ(tales[1].size(), 7u);
}

}  // namespace
}  // namespace s2m
