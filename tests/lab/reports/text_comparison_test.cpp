#include "lab/reports/text_comparison.h"

#include <gtest/gtest.h>

#include <vector>

namespace s2m {
namespace {

TEST(TextComparison, OuterTenthsAreBothEndsWithTheirTies) {
  std::vector<double> values;
  for (int i = 0; i <= 20; ++i) values.push_back(i);
  EXPECT_EQ(outer_tenths(values), (std::vector<std::size_t>{0, 1, 2, 18, 19, 20}));
  EXPECT_TRUE(outer_tenths(std::vector<double>(20, 3.0)).empty()) << "no spread, no ends";
}

// Forty texts of which the reader has the sign of one in four of the outer ones wrong.
TEST(TextComparison, ExtremesAreCountedOnTheirSideOfTheMedian) {
  std::vector<EmotionText> texts(40);
  Readings readings;
  ChosenTexts chosen;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    texts[i].raw = {static_cast<double>(i), 0};
    texts[i].point = ValenceArousal{static_cast<double>(i) / 40, 0};
    chosen.push_back(&texts[i]);
    Emotion read;
    read.valence = static_cast<double>(i);
    readings.reader.push_back(read);
  }
  const TextReportOptions options{.resamples = 50};
  EXPECT_EQ(compare_extremes(chosen, readings, EmotionAxis::kValence, options).reader->value, 1.0);
  std::swap(readings.reader[0], readings.reader[39]);
  EXPECT_EQ(compare_extremes(chosen, readings, EmotionAxis::kValence, options).reader->value, 0.75);
}

}  // namespace
}  // namespace s2m
