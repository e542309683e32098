#include "train/ngram_training.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "emotion/ngrams.h"
#include "evaluate/statistics.h"
#include "train/datasets/text_emotion_batches.h"
#include "train/sparse_logistic.h"

namespace s2m::train {
namespace {

constexpr double kLeastDeviation = 3e-5;  // a feature that does not vary says nothing
constexpr float kFeatureScale = 0.3f;     // of a standardised feature, beside families of length one

struct Standard {
  float mean = 0, deviation = 1;
};

// Rows of n-grams with the word list's features, standardised, in further columns.
class TrainingRows {
 public:
  TrainingRows(const std::vector<const EmotionText*>& texts, const Lexicon& lexicon,
               const NgramTrainingOptions& options)
      : buckets_(options.buckets) {
    std::vector<NgramCounts> counts;
    std::vector<LexiconFeatures> features;
    for (const EmotionText* text : texts) {
      counts.push_back(count_ngrams(text->text, buckets_));
      features.push_back(lexicon.features(text->text));
    }
    find_rarity(counts, options.fewest_texts);
    find_standards(features);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      auto row = weigh_ngrams(counts[i], rarity);
      for (std::size_t k = 0; k < kLexiconFeatures; ++k)
        row.push_back({static_cast<std::uint32_t>(buckets_ + k),
                       kFeatureScale * (features[i][k] - standards[k].mean) / standards[k].deviation});
      rows.add(row);
    }
  }

  SparseRows rows;
  std::vector<float> rarity;
  std::array<Standard, kLexiconFeatures> standards;

 private:
  void find_rarity(const std::vector<NgramCounts>& counts, int fewest) {
    std::vector<int> texts_with(buckets_, 0);
    for (const auto& count : counts) {
      for (const auto& ngram : count.words) ++texts_with[ngram.bucket];
      for (const auto& ngram : count.letters) ++texts_with[ngram.bucket];
    }
    for (const int with : texts_with)
      rarity.push_back(
          with < fewest
              ? 0
              : static_cast<float>(1 + std::log((1.0 + static_cast<double>(counts.size())) / (1.0 + with))));
  }

  void find_standards(const std::vector<LexiconFeatures>& features) {
    for (std::size_t k = 0; k < kLexiconFeatures; ++k) {
      std::vector<double> column;
      for (const auto& each : features) column.push_back(each[k]);
      standards[k] = {static_cast<float>(mean(column)),
                      static_cast<float>(std::max(deviation(column), kLeastDeviation))};
    }
  }

  std::uint32_t buckets_;
};

float probability(float level) { return std::clamp((1 + level) / 2, 0.f, 1.f); }

EmotionPoint sides_of(int quadrant) {
  return {quadrant == 0 || quadrant == 3 ? 1.f : -1.f, quadrant <= 1 ? 1.f : -1.f};
}

// The texts of a scale, and what they are there.
bool belongs(const EmotionText& text, ReadingScale scale) {
  if (scale == ReadingScale::kEmobank) return text.source == "emobank";
  return scale == ReadingScale::kCommon || is_tale(text);
}
EmotionPoint target_of(const EmotionText& text, ReadingScale scale) {
  if (scale != ReadingScale::kCommon) return own_point(text);
  return text.quadrant == kNoQuadrant ? *text.point : sides_of(text.quadrant);
}

struct Part {
  std::string name;
  std::size_t first_output, outputs;
  double penalty;
};

class Training {
 public:
  Training(const std::vector<EmotionText>& texts, const Lexicon& lexicon, const NgramTrainingOptions& options)
      : options_(options), texts_(chosen(texts)), rows_(texts_, lexicon, options) {
    const std::size_t buckets = options.buckets;
    weights_ = {options.buckets,
                rows_.rarity,
                std::vector<float>(kNgramOutputs * buckets),
                std::vector<float>(kNgramOutputs * kLexiconFeatures),
                std::vector<float>(kNgramOutputs),
                options.shares};
  }

  void learn_scale(ReadingScale scale, const char* name) {
    const auto index = static_cast<std::size_t>(scale);
    const Part part{name, 2 * index, 2, options_.scale_penalties[index]};
    learn(part, [&](const EmotionText& text, std::vector<float>& targets) {
      if (!belongs(text, scale)) return false;
      const EmotionPoint point = target_of(text, scale);
      targets.insert(targets.end(), {probability(point.valence), probability(point.arousal)});
      return true;
    });
  }

  void learn_labels() {
    learn({"labels", 2 * kReadingScales, kNgramLabels, options_.label_penalty},
          [](const EmotionText& text, std::vector<float>& targets) {
            if (text.source != "goemotions") return false;
            targets.resize(targets.size() + kNgramLabels, 0);
            for (const int label : text.labels)
              targets[targets.size() - kNgramLabels + static_cast<std::size_t>(label)] = 1;
            return true;
          });
  }

  NgramWeights weights() && { return std::move(weights_); }

 private:
  static std::vector<const EmotionText*> chosen(const std::vector<EmotionText>& texts) {
    std::vector<const EmotionText*> train;
    for (const auto& text : texts)
      if (text.split == Split::kTrain && text.point) train.push_back(&text);
    return train;
  }

  // add(text, targets) appends a text's targets, or says that it has none.
  template <class Add>
  void learn(const Part& part, Add add) {
    SparseLogisticProblem problem{.rows = rows_.rows,
                                  .outputs = part.outputs,
                                  .columns = options_.buckets + kLexiconFeatures,
                                  .penalty = part.penalty,
                                  .steps = options_.steps};
    for (std::size_t i = 0; i < texts_.size(); ++i)
      if (add(*texts_[i], problem.targets)) problem.chosen.push_back(i);
    if (problem.chosen.empty()) throw Error("n-gram training", "no texts for", part.name);
    if (options_.on_step)
      problem.on_step = [&](int step, double loss) {
        options_.on_step(part.name, step, loss / static_cast<double>(problem.targets.size()));
      };
    keep(part, fit_sparse_logistic(problem));
  }

  // Standardisation goes into the features' weights and the bias.
  void keep(const Part& part, const SparseLogisticFit& fit) {
    const std::size_t buckets = options_.buckets;
    for (std::size_t k = 0; k < part.outputs; ++k) {
      const std::size_t output = part.first_output + k;
      for (std::size_t bucket = 0; bucket < buckets; ++bucket)
        weights_.weights[output * buckets + bucket] = fit.weights[bucket * part.outputs + k];
      weights_.biases[output] = fit.biases[k];
      for (std::size_t i = 0; i < kLexiconFeatures; ++i) {
        const auto& standard = rows_.standards[i];
        const float weight =
            fit.weights[(buckets + i) * part.outputs + k] * kFeatureScale / standard.deviation;
        weights_.features[output * kLexiconFeatures + i] = weight;
        weights_.biases[output] -= weight * standard.mean;
      }
    }
  }

  NgramTrainingOptions options_;
  std::vector<const EmotionText*> texts_;
  TrainingRows rows_;
  NgramWeights weights_;
};

}  // namespace

NgramWeights train_ngram_reader(const std::vector<EmotionText>& texts, const Lexicon& lexicon,
                                const NgramTrainingOptions& options) {
  Training training(texts, lexicon, options);
  training.learn_scale(ReadingScale::kCommon, "common scale");
  training.learn_scale(ReadingScale::kEmobank, "EmoBank");
  training.learn_scale(ReadingScale::kTales, "tales");
  training.learn_labels();
  return std::move(training).weights();
}

}  // namespace s2m::train
