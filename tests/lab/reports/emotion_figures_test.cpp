#include "lab/reports/emotion_figures.h"

#include <gtest/gtest.h>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

EmotionText labelled(std::vector<int> labels, std::optional<Quadrant> quadrant = {}) {
  EmotionText text;
  text.source = "goemotions";
  text.labels = std::move(labels);
  text.quadrant = quadrant;
  return text;
}

Emotion with_labels(std::vector<std::pair<std::size_t, double>> probabilities) {
  Emotion emotion;
  emotion.labels.assign(goemotions_categories().size(), 0.01);
  for (const auto& [label, probability] : probabilities) emotion.labels[label] = probability;
  return emotion;
}

ChosenTexts pointers(const std::vector<EmotionText>& texts) {
  ChosenTexts chosen;
  for (const auto& text : texts) chosen.push_back(&text);
  return chosen;
}

TEST(EmotionFigures, QuadrantHitsLeaveOutTextsWithoutOne) {
  const std::vector<EmotionText> texts{labelled({}, Quadrant::kQ1), labelled({}), labelled({}, Quadrant::kQ3),
                                       labelled({}, Quadrant::kQ4)};
  const std::vector<Emotion> readings{{0.5, 0.2, {}}, {0.5, 0.2, {}}, {-0.1, -0.9, {}}, {-0.1, -0.1, {}}};
  EXPECT_EQ(quadrant_hits(pointers(texts), readings), (std::vector<double>{1, 1, 0}));
}

TEST(EmotionFigures, LabelsOfAQuadrantCountTogether) {
  // Joy 17 and love 18 together against sadness 25 alone; neutral 27 is of no quadrant.
  Emotion reading;
  reading.labels.assign(28, 0.0);
  reading.labels[17] = reading.labels[18] = 0.3;
  reading.labels[25] = 0.5;
  reading.labels[27] = 0.9;
  const std::vector<EmotionText> texts{labelled({17}, Quadrant::kQ1), labelled({25}, Quadrant::kQ3),
                                       labelled({27})};
  const std::vector<Emotion> readings(3, reading);
  EXPECT_EQ(label_quadrant_hits(pointers(texts), readings), (std::vector<double>{1, 0}));
}

// Label 0: read in rows 0 and 1, meant in 0 and 2: F1 = 2 / 4. Label 1: read and meant in row 1: F1 = 1.
TEST(EmotionFigures, MacroF1CountsEveryLabelAlike) {
  const std::vector<EmotionText> texts{labelled({0}), labelled({1}), labelled({0})};
  const std::vector<Emotion> readings{with_labels({{0, .9}}), with_labels({{0, .6}, {1, .7}}),
                                      with_labels({})};
  const auto rows = label_sets(pointers(texts), readings, equal_thresholds(0.5));
  EXPECT_NEAR(macro_f1(rows), (0.5 + 1) / 28, 1e-12);
  EXPECT_EQ(macro_f1({}), 0);
}

TEST(EmotionFigures, ThresholdsAreChosenLabelByLabel) {
  const std::vector<EmotionText> texts{labelled({0}), labelled({1}), labelled({0}), labelled({1})};
  const std::vector<Emotion> readings{with_labels({{0, .9}, {1, .05}}), with_labels({{0, .6}, {1, .13}}),
                                      with_labels({{0, .8}, {1, .09}}), with_labels({{0, .3}, {1, .17}})};
  const auto thresholds = best_thresholds(pointers(texts), readings);
  EXPECT_GE(thresholds[0], .6);
  EXPECT_LT(thresholds[0], .8);
  EXPECT_GE(thresholds[1], .09);
  EXPECT_LT(thresholds[1], .13);
  EXPECT_NEAR(macro_f1(label_sets(pointers(texts), readings, thresholds)), 2.0 / 28, 1e-12);
}

TEST(EmotionFigures, ReadingsMustFitTheTexts) {
  const std::vector<EmotionText> texts{labelled({0})};
  EXPECT_THROW(label_sets(pointers(texts), {}, equal_thresholds(.5)), Error);
  EXPECT_THROW(label_sets(pointers(texts), std::vector<Emotion>(1), equal_thresholds(.5)), Error);
}

TEST(EmotionFigures, ArcsCompareTheCourseNotTheSentences) {
  std::vector<double> rising, jagged, falling;
  for (int i = 0; i < 40; ++i) {
    rising.push_back(i);
    jagged.push_back(i + (i % 2 ? 100 : -100));  // the same once four sentences are one stretch
    falling.push_back(-3.0 * i);
  }
  EXPECT_NEAR(arc_correlation(rising, jagged), 1, 1e-12);
  EXPECT_NEAR(arc_correlation(rising, falling), -1, 1e-12);
  EXPECT_NEAR(arc_correlation(std::vector<double>{1, 2, 3}, std::vector<double>{2, 4, 6}), 1, 1e-12)
      << "fewer sentences than stretches";
}

TEST(EmotionFigures, ChoiceTakesEverySoManiethOfASplit) {
  std::vector<EmotionText> texts(6, labelled({0}));
  texts[1].split = Split::kTest;
  texts[2].source = "isear";
  const auto chosen = choose_texts(texts, "goemotions", Split::kTrain, 2);
  EXPECT_EQ(chosen, (ChosenTexts{&texts[0], &texts[4]}));
}

}  // namespace
}  // namespace s2m
