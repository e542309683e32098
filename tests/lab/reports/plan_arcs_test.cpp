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

}  // namespace
}  // namespace s2m
