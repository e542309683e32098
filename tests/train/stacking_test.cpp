#include "train/stacking.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>

#include "base/error.h"
#include "base/random.h"
#include "train/datasets/folds.h"

namespace s2m::train {
namespace {

constexpr int kRows = 400;

// Two columns of noise, of which the second tells the target with as much noise again.
StackingProblem noisy() {
  StackingProblem problem;
  Random random(3, 1);
  const auto noise = [&] { return random.uniform() * 2 - 1; };
  for (int i = 0; i < kRows; ++i) {
    problem.rows.push_back({noise(), 10 * noise() + 5});
    problem.targets.push_back(problem.rows.back()[1] / 10 + noise());
    problem.folds.push_back(i % 5);
  }
  return problem;
}

double said(const StackingFit& fit, const std::vector<double>& row) {
  return fit.weights[0] * row[0] + fit.weights[1] * row[1] + fit.weights[2];
}

TEST(Stacking, FindsWhatTellsAndStretchesItToTheTargets) {
  const auto problem = noisy();
  const auto fit = fit_stacking(problem);
  ASSERT_EQ(fit.weights.size(), 3u);
  EXPECT_LT(std::abs(fit.weights[0]), std::abs(10 * fit.weights[1]) / 4);
  EXPECT_NEAR(fit.correlation, std::sqrt(0.5), 0.08);
  double sum = 0, squares = 0, meant = 0, meant_squares = 0;
  for (std::size_t i = 0; i < kRows; ++i) {
    const double value = said(fit, problem.rows[i]);
    sum += value;
    squares += value * value;
    meant += problem.targets[i];
    meant_squares += problem.targets[i] * problem.targets[i];
  }
  EXPECT_NEAR(sum / kRows, meant / kRows, 1e-4);
  EXPECT_NEAR(squares / kRows, meant_squares / kRows, 0.05 * meant_squares / kRows);
}

TEST(Stacking, AMonotoneColumnSaysNothing) {
  auto problem = noisy();
  for (auto& row : problem.rows) row[0] = 7;
  const auto fit = fit_stacking(problem);
  for (const float weight : fit.weights) EXPECT_TRUE(std::isfinite(weight));
  EXPECT_NEAR(fit.correlation, std::sqrt(0.5), 0.08);
}

TEST(Stacking, RefusesWhatCannotBeLearnedFrom) {
  auto problem = noisy();
  problem.rows.back().pop_back();
  EXPECT_THROW(fit_stacking(problem), Error);
  problem = noisy();
  std::ranges::fill(problem.folds, 2);
  EXPECT_THROW(fit_stacking(problem), Error);
  EXPECT_THROW(fit_stacking({}), Error);
  EXPECT_THROW(train_stacking({}, {}, {}, {}), Error);
}

EmotionText text_of(const char* source, const std::string& group) {
  EmotionText text;
  text.text = "so it was";
  text.source = source;
  text.group = group;
  text.point = EmotionPoint{};
  return text;
}

std::vector<EmotionText> some_texts() {
  std::vector<EmotionText> texts;
  for (int i = 0; i < 23; ++i) texts.push_back(text_of("emobank", "one document"));
  for (int i = 0; i < 60; ++i) texts.push_back(text_of("tales", "tale " + std::to_string(i / 6)));
  texts.push_back(text_of("goemotions", ""));
  return texts;
}

std::vector<const EmotionText*> pointers_to(const std::vector<EmotionText>& texts) {
  std::vector<const EmotionText*> pointers;
  for (const auto& text : texts) pointers.push_back(&text);
  return pointers;
}

TEST(Folds, EachTextOfTheGradedSetsIsInOneAndATaleIsWhole) {
  const auto texts = some_texts();
  const auto folds = folds_of(pointers_to(texts));
  ASSERT_EQ(folds.size(), texts.size());
  std::map<std::string, std::set<int>> of_source;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    of_source[texts[i].source].insert(folds[i]);
    if (i > 0 && texts[i].source == "tales" && texts[i].group == texts[i - 1].group) {
      EXPECT_EQ(folds[i], folds[i - 1]);
    }
  }
  const std::set<int> all{0, 1, 2, 3, 4};
  EXPECT_EQ(of_source["emobank"], all);
  EXPECT_EQ(of_source["tales"], all);
  EXPECT_EQ(of_source["goemotions"], std::set<int>{kNoFold});
}

// A tale is lively throughout when its last sentence is read so: only the context of the others tells.
TEST(Stacking, LearnsFromTheContextOfATale) {
  auto texts = some_texts();
  Random random(5, 1);
  std::vector<NgramReading> readings;
  for (auto& text : texts) {
    const bool is_tale = text.source == "tales", lively = is_tale && text.group.back() % 2 == 0;
    NgramReading reading{std::vector<double>(kNgramOutputs), std::vector<double>(kLexiconFeatures)};
    reading.said[1] = lively && (readings.size() + 1 - 23) % 6 == 0 ? 1 : 0;
    reading.said[0] = random.uniform();
    text.raw = {0.5F, lively ? 0.9F : 0.1F};
    text.point = EmotionPoint{static_cast<float>(reading.said[0]), lively ? 0.8F : -0.8F};
    readings.push_back(reading);
  }
  std::map<std::string, double> found;
  const auto pointers = pointers_to(texts);
  train_stacking(pointers, readings, folds_of(pointers),
                 [&](const std::string& part, const StackingFit& fit) { found[part] = fit.correlation; });
  EXPECT_EQ(found.size(), 6u);
  EXPECT_GT(found["EmoBank, valence"], 0.9);
  EXPECT_GT(found["stories, valence"], 0.6);
  EXPECT_GT(found["tales, arousal"], 0.6);
}

}  // namespace
}  // namespace s2m::train
