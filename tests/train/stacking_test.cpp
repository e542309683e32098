#include "train/words/stacking.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "lab/statistics/statistics.h"
#include "story2midi/base/error.h"
#include "story2midi/base/random.h"
#include "story2midi/nn/model_file.h"
#include "tests/base/scratch_folder.h"
#include "train/data/folds.h"

namespace s2m::train {
namespace {

constexpr int kRows = 400, kEmobankTexts = 83;

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

// What is read with the fit, from a file.
class Saved {
 public:
  Saved(const StackingFit& fit, std::size_t columns, std::size_t outputs) {
    const auto path = scratch_folder() / "fit.safetensors";
    save_model(path, {}, tensors_of(fit.weights, "fit"), DataType::kI8);
    regression_ = StackedRegression(ModelFile(path), "fit", columns, outputs);
  }
  std::vector<double> read(const std::vector<double>& row) const { return regression_.read(row); }

 private:
  StackedRegression regression_;
};

double correlation(const Saved& saved, const StackingProblem& problem, std::size_t output = 0) {
  std::vector<double> said, meant;
  for (std::size_t i = 0; i < problem.rows.size(); ++i) {
    said.push_back(saved.read(problem.rows[i])[output]);
    meant.push_back(problem.targets[i * problem.outputs + output]);
  }
  return pearson(said, meant);
}

TEST(Stacking, FindsWhatTellsAndStretchesItToTheTargets) {
  auto problem = noisy();
  problem.stretched = true;
  const auto fit = fit_stacking(problem);
  ASSERT_EQ(fit.correlations.size(), 1u);
  EXPECT_NEAR(fit.correlations[0], std::sqrt(0.5), 0.08);
  const Saved saved(fit, 2, 1);
  const auto apart = [&](const std::vector<double>& a, const std::vector<double>& b) {
    return std::abs(saved.read(a)[0] - saved.read(b)[0]);
  };
  EXPECT_LT(apart({1, 5}, {-1, 5}), apart({0, 15}, {0, -5}) / 4) << "the other column is noise";
  std::vector<double> said;
  for (const auto& row : problem.rows) said.push_back(saved.read(row)[0]);
  EXPECT_NEAR(mean(said), mean(problem.targets), 2e-3);
  EXPECT_NEAR(deviation(said), deviation(problem.targets), 0.1 * deviation(problem.targets));
  problem.stretched = false;
  const Saved timid(fit_stacking(problem), 2, 1);
  std::vector<double> timidly;
  for (const auto& row : problem.rows) timidly.push_back(timid.read(row)[0]);
  EXPECT_LT(deviation(timidly), 0.9 * deviation(said));
  EXPECT_NEAR(mean(timidly), mean(problem.targets), 2e-3);
}

// The second column turns what the first says: no weighted sum of them tells anything.
TEST(Stacking, WhatOneColumnSaysMayHangOnAnother) {
  auto problem = noisy();
  problem.outputs = 2;
  problem.targets.clear();
  for (const auto& row : problem.rows) {
    const double told = row[0] * (row[1] - 5) / 10;
    problem.targets.insert(problem.targets.end(), {told, -told});
  }
  const auto fit = fit_stacking(problem);
  EXPECT_GT(fit.correlations[0], 0.9);
  const Saved saved(fit, 2, 2);
  EXPECT_GT(correlation(saved, problem, 0), 0.9);
  EXPECT_GT(correlation(saved, problem, 1), 0.9);
  EXPECT_LT(saved.read({1, 15})[1], 0);
}

// A step is a tree's to find; bumps and sums only lean towards it.
TEST(Stacking, TreesSayTheirHalfInTheFileToo) {
  auto problem = noisy();
  problem.stretched = true;
  for (std::size_t i = 0; i < problem.rows.size(); ++i) problem.targets[i] = problem.rows[i][1] > 7 ? 2 : 1;
  const auto without = fit_stacking(problem);
  problem.trees = true;
  const auto with = fit_stacking(problem);
  EXPECT_TRUE(without.weights.trees.columns.empty());
  EXPECT_GT(with.correlations[0], without.correlations[0]);
  const Saved saved(with, 2, 1);
  EXPECT_GT(correlation(saved, problem), correlation(Saved(without, 2, 1), problem));
  std::vector<double> said;
  for (const auto& row : problem.rows) said.push_back(saved.read(row)[0]);
  EXPECT_NEAR(mean(said), mean(problem.targets), 0.02);
  EXPECT_NEAR(deviation(said), deviation(problem.targets), 0.1 * deviation(problem.targets));
}

TEST(Stacking, AMonotonousColumnSaysNothingEvenWhenItVariesLater) {
  auto problem = noisy();
  for (auto& row : problem.rows) row[0] = 7;
  const auto fit = fit_stacking(problem);
  EXPECT_NEAR(fit.correlations[0], std::sqrt(0.5), 0.08);
  const Saved saved(fit, 2, 1);
  EXPECT_EQ(saved.read({7, 12}), saved.read({-3, 12}));
  EXPECT_GT(saved.read({7, 12})[0], saved.read({7, -2})[0]);
}

TEST(Stacking, WhereNothingVariesTheMeanIsSaid) {
  auto problem = noisy();
  for (auto& row : problem.rows) row = {7, 7};
  problem.trees = true;
  const auto fit = fit_stacking(problem);
  EXPECT_TRUE(fit.weights.trees.columns.empty());
  EXPECT_NEAR(Saved(fit, 2, 1).read({3, 9})[0], mean(problem.targets), 1e-3);
}

TEST(Stacking, RefusesWhatCannotBeLearnedFrom) {
  auto problem = noisy();
  problem.rows.back().pop_back();
  EXPECT_THROW(fit_stacking(problem), Error);
  problem = noisy();
  problem.targets.pop_back();
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
  text.point = ValenceArousal{};
  return text;
}

std::vector<EmotionText> some_texts() {
  std::vector<EmotionText> texts;
  for (int i = 0; i < kEmobankTexts; ++i) texts.push_back(text_of("emobank", "one document"));
  for (int i = 0; i < 60; ++i) texts.push_back(text_of("tales", "tale " + std::to_string(i / 6)));
  for (int i = 0; i < 10; ++i) texts.push_back(text_of("goemotions", ""));
  return texts;
}

std::vector<const EmotionText*> pointers_to(const std::vector<EmotionText>& texts) {
  std::vector<const EmotionText*> pointers;
  for (const auto& text : texts) pointers.push_back(&text);
  return pointers;
}

TEST(Folds, EachSetTakesTurnsAndATaleIsWhole) {
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
  EXPECT_EQ(of_source["goemotions"], all);
}

// A tale is lively throughout when its last sentence is read so: only the context of the others tells.
TEST(Stacking, LearnsFromTheContextOfATale) {
  auto texts = some_texts();
  Random random(5, 1);
  std::vector<NgramReading> readings;
  for (auto& text : texts) {
    const bool is_tale = text.source == "tales", lively = is_tale && text.group.back() % 2 == 0;
    NgramReading reading{std::vector<double>(kNgramOutputs), std::vector<double>(kReaderFeatures)};
    reading.said[1] = lively && (readings.size() + 1 - kEmobankTexts) % 6 == 0 ? 1 : 0;
    reading.said[0] = random.uniform();
    text.raw = {0.5F, lively ? 0.9F : 0.1F};
    text.point = ValenceArousal{static_cast<float>(reading.said[0]), lively ? 0.8F : -0.8F};
    readings.push_back(reading);
  }
  std::map<std::string, std::vector<double>> found;
  const auto pointers = pointers_to(texts);
  train_stacking(pointers, readings, folds_of(pointers),
                 [&](const std::string& part, const StackingFit& fit) { found[part] = fit.correlations; });
  EXPECT_EQ(found.size(), 5u);
  EXPECT_GT(found["EmoBank"][0], 0.9);
  EXPECT_GT(found["stories"][0], 0.6);
  EXPECT_GT(found["tales"][1], 0.6);
}

}  // namespace
}  // namespace s2m::train
