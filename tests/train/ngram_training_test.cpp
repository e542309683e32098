#include "train/words/ngram_training.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>

#include "story2midi/base/error.h"
#include "tests/base/scratch_folder.h"
#include "train/words/sparse_logistic.h"

namespace s2m::train {
namespace {

// Two columns; the first alone tells the target, for three rows of four.
struct Rows {
  SparseRows rows;
  SparseLogisticProblem problem{rows, {0, 1, 2, 3, 4, 5, 6, 7}, {}, 1, 2};
  Rows() {
    for (int i = 0; i < 8; ++i) {
      const bool on = i % 2 == 0;
      const NgramValue values[] = {{on ? 0u : 1u, 1.f}};
      rows.add(values);
      problem.targets.push_back(on == (i < 6) ? 1.f : 0.f);
    }
  }
};

double slope(const SparseLogisticFit& fit) { return fit.weights[0] - fit.weights[1]; }

TEST(SparseLogistic, FindsTheMinimum) {
  Rows rows;
  rows.problem.penalty = 1e-4;
  rows.problem.steps = 2000;
  // Each side of the split is a share of its own: ln(3) and -ln(3).
  EXPECT_NEAR(slope(fit_sparse_logistic(rows.problem)), 2 * std::log(3.0), 0.01);
  rows.problem.penalty = 10;
  EXPECT_LT(slope(fit_sparse_logistic(rows.problem)), 0.5) << "a penalty holds back";
}

TEST(SparseLogistic, TheLossFallsAndOutputsDoNotMeet) {
  Rows rows;
  std::vector<double> losses;
  rows.problem.on_step = [&](int, double loss) { losses.push_back(loss); };
  const auto one = fit_sparse_logistic(rows.problem);
  EXPECT_LT(losses.back(), losses.front());
  auto& targets = rows.problem.targets;
  std::vector<float> doubled;
  for (const float target : targets) doubled.insert(doubled.end(), {target, 1 - target});
  targets = doubled;
  rows.problem.outputs = 2;
  const auto two = fit_sparse_logistic(rows.problem);
  for (std::size_t column = 0; column < 2; ++column) {
    EXPECT_NEAR(two.weights[2 * column], one.weights[column], 1e-4);
    EXPECT_NEAR(two.weights[2 * column + 1], -one.weights[column], 1e-4);
  }
}

EmotionText text_of(const char* words, const char* source, ValenceArousal point,
                    std::vector<int> labels = {}) {
  EmotionText text;
  text.text = words;
  text.source = source;
  text.point = point;
  text.raw = {(point.valence + 1) / 2, (point.arousal + 1) / 2};
  text.quadrant = clear_quadrant(point);
  text.labels = std::move(labels);
  return text;
}

std::vector<EmotionText> small_sets() {
  std::vector<EmotionText> texts;
  for (int i = 0; i < 4; ++i)
    for (const char* source : {"goemotions", "emobank", "tales"}) {
      texts.push_back(text_of("how they laughed and danced", source, {0.8f, 0.6f}, {17}));
      texts.push_back(text_of("he wept in the dark", source, {-0.8f, -0.6f}, {25}));
      for (auto text = texts.end() - 2; text != texts.end(); ++text) text->group = std::to_string(i);
    }
  return texts;
}

NgramTrainingOptions quick() {
  NgramTrainingOptions options;
  options.buckets = 4096;
  options.scale_penalties = {0.1, 0.1, 0.1};
  options.steps = 100;
  return options;
}

TEST(NgramTraining, LearnsAllScalesAndLabels) {
  // All texts have five words, none of them in the list: the features say nothing.
  const Lexicon lexicon("unheard\t2\n", "list");
  const auto path = scratch_folder() / "trained.safetensors";
  save_ngram_reader(train_ngram_reader(small_sets(), lexicon, quick()), path);
  const NgramReader reader(path);
  constexpr std::string_view kGlad = "so she laughed and danced", kSad = "she wept in the night";
  const auto read = [&](std::string_view text) { return reader.read(text, lexicon.features(text)); };
  const auto glad = read(kGlad).said, sad = read(kSad).said;
  constexpr std::size_t kLabels = 2 * kReadingScales;
  for (std::size_t valence = 0; valence < kLabels; valence += 2) {
    EXPECT_GT(glad[valence], 0.1);
    EXPECT_GT(glad[valence + 1], 0.1);
    EXPECT_LT(sad[valence], -0.1);
  }
  EXPECT_GT(glad[kLabels + 17], 0.5);
  EXPECT_GT(sad[kLabels + 25], 0.5);
  EXPECT_LT(sad[kLabels + 3], 0.1);
  const auto stacked = [&](std::string_view text) {
    return reader.stacked().read(read(text), ReadingScale::kEmobank)->valence;
  };
  EXPECT_GT(stacked(kGlad), 0.1);
  EXPECT_LT(stacked(kSad), -0.1);
}

TEST(NgramTraining, SaysWhichSetIsAbsent) {
  auto texts = small_sets();
  std::erase_if(texts, [](const EmotionText& text) { return text.source == "tales"; });
  EXPECT_THROW(train_ngram_reader(texts, Lexicon("wept\t-2\n", "list"), quick()), Error);
}

}  // namespace
}  // namespace s2m::train
