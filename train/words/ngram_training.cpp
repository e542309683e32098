#include "train/words/ngram_training.h"

#include <algorithm>
#include <utility>

#include "lab/statistics/statistics.h"
#include "story2midi/base/error.h"
#include "story2midi/emotion/ngrams.h"
#include "train/data/folds.h"
#include "train/data/reading_targets.h"
#include "train/words/sparse_logistic.h"

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
    SurroundingWords surroundings;
    if (!options.surroundings.empty()) surroundings = SurroundingWords(options.surroundings);
    std::vector<NgramCounts> counts;
    for (const EmotionText* text : texts) {
      counts.push_back(count_ngrams(text->text, buckets_));
      const auto listed = lexicon.features(text->text);
      features.push_back(reader_features(text->text, listed, options.lists, surroundings));
    }
    find_rarity(counts, options.fewest_texts);
    find_standards();
    for (std::size_t i = 0; i < texts.size(); ++i) {
      auto row = weigh_ngrams(counts[i], rarity);
      for (std::size_t k = 0; k < kLexiconFeatures; ++k)
        row.push_back({static_cast<std::uint32_t>(buckets_ + k),
                       kFeatureScale * (features[i][k] - standards[k].mean) / standards[k].deviation});
      rows.add(row);
    }
  }

  SparseRows rows;
  std::vector<std::vector<float>> features;  // kReaderFeatures of each text
  std::vector<float> rarity;
  std::array<Standard, kLexiconFeatures> standards;

 private:
  void find_rarity(const std::vector<NgramCounts>& counts, int fewest) {
    std::vector<int> texts_with(buckets_, 0);
    for (const auto& count : counts) {
      for (const auto& ngram : count.words) ++texts_with[ngram.bucket];
      for (const auto& ngram : count.letters) ++texts_with[ngram.bucket];
    }
    for (const int with : texts_with) rarity.push_back(with < fewest ? 0 : rarity_of(with, counts.size()));
  }

  void find_standards() {
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

// Outputs that are learned together; add(text, targets) appends a text's targets, or says that it has none.
struct Part {
  std::string name;
  std::size_t first_output, outputs;
  double penalty;
  std::function<bool(const EmotionText& text, std::vector<float>& targets)> add;
};

Part part_of(ReadingScale scale, const char* name, const NgramTrainingOptions& options) {
  const auto index = static_cast<std::size_t>(scale);
  return {name, 2 * index, 2, options.scale_penalties[index],
          [scale](const EmotionText& text, std::vector<float>& targets) {
            if (!belongs(text, scale)) return false;
            const ValenceArousal point = target_of(text, scale);
            targets.insert(targets.end(), {probability(point.valence), probability(point.arousal)});
            return true;
          }};
}

Part labels_part(const NgramTrainingOptions& options) {
  return {"labels", 2 * kReadingScales, kLabelCount, options.label_penalty,
          [](const EmotionText& text, std::vector<float>& targets) {
            if (text.source != "goemotions") return false;
            targets.resize(targets.size() + kLabelCount, 0);
            for (const int label : text.labels)
              targets[targets.size() - kLabelCount + static_cast<std::size_t>(label)] = 1;
            return true;
          }};
}

class Training {
 public:
  Training(const std::vector<EmotionText>& texts, const Lexicon& lexicon, const NgramTrainingOptions& options)
      : options_(options),
        texts_(chosen(texts)),
        folds_(folds_of(texts_)),
        rows_(texts_, lexicon, options),
        parts_{part_of(ReadingScale::kCommon, "common scale", options),
               part_of(ReadingScale::kEmobank, "EmoBank", options),
               part_of(ReadingScale::kTales, "tales", options), labels_part(options)} {}

  NgramWeights learn() {
    const std::size_t buckets = options_.buckets;
    weights_ = {options_.buckets,
                rows_.rarity,
                std::vector<float>(kNgramOutputs * buckets),
                std::vector<float>(kNgramOutputs * kLexiconFeatures),
                std::vector<float>(kNgramOutputs),
                options_.shares,
                {}};
    weights_.lists = options_.lists;
    if (!options_.surroundings.empty()) weights_.surroundings = load_surroundings(options_.surroundings);
    for (const Part& part : parts_) keep(part, fit(part, kNoFold));
    weights_.stacked = train_stacking(texts_, read_across(), folds_, options_.on_stacked);
    return std::move(weights_);
  }

 private:
  static std::vector<const EmotionText*> chosen(const std::vector<EmotionText>& texts) {
    std::vector<const EmotionText*> train;
    for (const auto& text : texts)
      if (text.split == Split::kTrain && text.point) train.push_back(&text);
    return train;
  }

  // From all texts but those of a fold.
  SparseLogisticFit fit(const Part& part, int without) const {
    SparseLogisticProblem problem{.rows = rows_.rows,
                                  .outputs = part.outputs,
                                  .columns = options_.buckets + kLexiconFeatures,
                                  .penalty = part.penalty,
                                  .steps = options_.steps};
    for (std::size_t i = 0; i < texts_.size(); ++i)
      if (folds_[i] != without && part.add(*texts_[i], problem.targets)) problem.chosen.push_back(i);
    if (problem.chosen.empty()) throw Error("n-gram training", "no texts for", part.name);
    if (options_.on_step)
      problem.on_step = [&](int step, double loss) {
        const auto name =
            without == kNoFold ? part.name : part.name + " without fold " + std::to_string(without + 1);
        options_.on_step(name, step, loss / static_cast<double>(problem.targets.size()));
      };
    return fit_sparse_logistic(problem);
  }

  // Of each text in a fold what is said by those who have not learned it.
  std::vector<NgramReading> read_across() const {
    std::vector<NgramReading> readings(texts_.size());
    for (int fold = 0; fold < kFolds; ++fold)
      for (const Part& part : parts_) {
        const auto found = fit(part, fold);
        for (std::size_t i = 0; i < texts_.size(); ++i)
          if (folds_[i] == fold) read(part, found, i, readings[i].said);
      }
    for (std::size_t i = 0; i < texts_.size(); ++i)
      readings[i].features.assign(rows_.features[i].begin(), rows_.features[i].end());
    return readings;
  }

  void read(const Part& part, const SparseLogisticFit& found, std::size_t text,
            std::vector<double>& said) const {
    for (std::size_t k = 0; k < part.outputs; ++k) {
      double sum = found.biases[k];
      for (const auto& [column, value] : rows_.rows.row(text))
        sum += value * found.weights[column * part.outputs + k];
      said.push_back(said_by(part.first_output + k, sum));
    }
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
  std::vector<int> folds_;
  TrainingRows rows_;
  std::vector<Part> parts_;  // in the order of the outputs
  NgramWeights weights_;
};

}  // namespace

NgramWeights train_ngram_reader(const std::vector<EmotionText>& texts, const Lexicon& lexicon,
                                const NgramTrainingOptions& options) {
  return Training(texts, lexicon, options).learn();
}

}  // namespace s2m::train
