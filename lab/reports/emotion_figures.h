// Agreement of predicted emotions with the labels of texts. Texts and predictions correspond by index.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lab/corpora/emotion_texts.h"
#include "story2midi/emotion/emotion.h"

namespace s2m {

using ChosenTexts = std::vector<const EmotionText*>;

// Those of one source and split, every N-th from the first on.
ChosenTexts choose_texts(const std::vector<EmotionText>& texts, std::string_view source, Split split,
                         int every = 1);
std::vector<std::string> texts_of(const ChosenTexts& texts);

// One axis of the readings, and the set's own numbers for it.
enum class EmotionAxis : std::uint8_t { kValence, kArousal };
std::vector<double> read_axis(std::span<const Emotion> readings, EmotionAxis axis);
std::vector<double> true_axis(const ChosenTexts& texts, EmotionAxis axis);

// 1 where a reading lies in the quadrant of its text, else 0; texts of no quadrant are left out. Their mean
// is the accuracy.
std::vector<double> quadrant_hits(const ChosenTexts& texts, std::span<const Emotion> readings);

// Likewise, by the quadrant whose labels' probabilities have the largest sum. Throws Error for readings
// without the 28 labels.
std::vector<double> label_quadrant_hits(const ChosenTexts& texts, std::span<const Emotion> readings);

// GoEmotions' labels of one text, a bit each.
struct LabelSets {
  std::uint32_t read = 0;
  std::uint32_t meant = 0;
};
// A label is read where its probability is above its threshold. Throws Error for readings without the 28
// labels.
std::vector<LabelSets> label_sets(const ChosenTexts& texts, std::span<const Emotion> readings,
                                  std::span<const double> thresholds);
// Mean over the 28 labels of F1 = 2 both / (read + meant); a label never read rightly counts 0.
double macro_f1(std::span<const LabelSets> rows);
// The same threshold for each label.
std::vector<double> equal_thresholds(double threshold);
// Label by label, of the thresholds .02, .04, ... .98 the one with the best F1 on these texts.
std::vector<double> best_thresholds(const ChosenTexts& texts, std::span<const Emotion> readings);

// A tale's arc: means of the sentences of each of `bins` equal stretches. Pearson's correlation of two arcs
// of one tale; stretches without a sentence are left out.
double arc_correlation(std::span<const double> a, std::span<const double> b, std::size_t bins = 10);

}  // namespace s2m
