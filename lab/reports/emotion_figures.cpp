#include "lab/reports/emotion_figures.h"

#include <algorithm>
#include <array>

#include "lab/statistics/statistics.h"
#include "story2midi/base/error.h"
#include "story2midi/emotion/labels.h"

namespace s2m {
namespace {

void check_labels(const ChosenTexts& texts, std::span<const Emotion> readings) {
  if (texts.size() != readings.size())
    throw Error("figures", "readings do not fit the texts", std::to_string(texts.size()),
                std::to_string(readings.size()));
  for (const Emotion& reading : readings)
    if (reading.labels.size() != kLabelCount)
      throw Error("figures", "a reading has not GoEmotions' labels", std::to_string(kLabelCount),
                  std::to_string(reading.labels.size()));
}

bool means(const EmotionText& text, std::size_t label) {
  for (const int own : text.labels)
    if (static_cast<std::size_t>(own) == label) return true;
  return false;
}

double f1(double both, double read, double meant) { return both > 0 ? 2 * both / (read + meant) : 0; }

double label_f1(const ChosenTexts& texts, std::span<const Emotion> readings, std::size_t label,
                double threshold) {
  double both = 0, read = 0, meant = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const bool is_read = readings[i].labels[label] > threshold, is_meant = means(*texts[i], label);
    both += is_read && is_meant;
    read += is_read;
    meant += is_meant;
  }
  return f1(both, read, meant);
}

}  // namespace

ChosenTexts choose_texts(const std::vector<EmotionText>& texts, std::string_view source, Split split,
                         int every) {
  ChosenTexts chosen;
  int seen = 0;
  for (const EmotionText& text : texts)
    if (text.source == source && text.split == split && seen++ % every == 0) chosen.push_back(&text);
  return chosen;
}

std::vector<std::string> texts_of(const ChosenTexts& texts) {
  std::vector<std::string> words;
  for (const EmotionText* text : texts) words.push_back(text->text);
  return words;
}

std::vector<double> read_axis(std::span<const Emotion> readings, EmotionAxis axis) {
  std::vector<double> values;
  for (const Emotion& reading : readings)
    values.push_back(axis == EmotionAxis::kValence ? reading.valence : reading.arousal);
  return values;
}

std::vector<double> true_axis(const ChosenTexts& texts, EmotionAxis axis) {
  std::vector<double> values;
  for (const EmotionText* text : texts)
    values.push_back(axis == EmotionAxis::kValence ? text->raw.valence : text->raw.arousal);
  return values;
}

std::vector<double> quadrant_hits(const ChosenTexts& texts, std::span<const Emotion> readings) {
  std::vector<double> hits;
  for (std::size_t i = 0; i < texts.size(); ++i)
    if (texts[i]->quadrant) hits.push_back(quadrant_of(readings[i]) == *texts[i]->quadrant);
  return hits;
}

std::vector<double> label_quadrant_hits(const ChosenTexts& texts, std::span<const Emotion> readings) {
  check_labels(texts, readings);
  const auto categories = goemotions_categories();
  std::vector<double> hits;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (!texts[i]->quadrant) continue;
    PerQuadrant<double> sums{};
    for (std::size_t label = 0; label < categories.size(); ++label)
      if (const auto quadrant = categories[label].quadrant)
        sums[index_of(*quadrant)] += readings[i].labels[label];
    const auto most = static_cast<std::size_t>(std::ranges::max_element(sums) - sums.begin());
    hits.push_back(most == index_of(*texts[i]->quadrant));
  }
  return hits;
}

std::vector<LabelSets> label_sets(const ChosenTexts& texts, std::span<const Emotion> readings,
                                  std::span<const double> thresholds) {
  check_labels(texts, readings);
  std::vector<LabelSets> rows(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    for (std::size_t label = 0; label < kLabelCount; ++label)
      if (readings[i].labels[label] > thresholds[label]) rows[i].read |= 1u << label;
    for (const int label : texts[i]->labels) rows[i].meant |= 1u << label;
  }
  return rows;
}

double macro_f1(std::span<const LabelSets> rows) {
  std::array<double, 32> both{}, read{}, meant{};
  for (const LabelSets& row : rows)
    for (std::size_t label = 0; label < kLabelCount; ++label) {
      both[label] += (row.read & row.meant) >> label & 1u;
      read[label] += row.read >> label & 1u;
      meant[label] += row.meant >> label & 1u;
    }
  double sum = 0;
  for (std::size_t label = 0; label < kLabelCount; ++label) sum += f1(both[label], read[label], meant[label]);
  return sum / static_cast<double>(kLabelCount);
}

std::vector<double> equal_thresholds(double threshold) { return std::vector<double>(kLabelCount, threshold); }

std::vector<double> best_thresholds(const ChosenTexts& texts, std::span<const Emotion> readings) {
  check_labels(texts, readings);
  auto thresholds = equal_thresholds(0.5);
  for (std::size_t label = 0; label < kLabelCount; ++label) {
    double best = 0;
    for (int step = 1; step < 50; ++step) {
      const double f = label_f1(texts, readings, label, step / 50.0);
      if (f <= best) continue;
      best = f;
      thresholds[label] = step / 50.0;
    }
  }
  return thresholds;
}

double arc_correlation(std::span<const double> a, std::span<const double> b, std::size_t bins) {
  std::vector<double> arc_a, arc_b;
  for (std::size_t bin = 0; bin < bins; ++bin) {
    const std::size_t first = bin * a.size() / bins, end = (bin + 1) * a.size() / bins;
    if (first == end) continue;
    arc_a.push_back(mean(a.subspan(first, end - first)));
    arc_b.push_back(mean(b.subspan(first, end - first)));
  }
  return pearson(arc_a, arc_b);
}

}  // namespace s2m
