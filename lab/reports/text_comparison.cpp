#include "lab/reports/text_comparison.h"

#include <numeric>

namespace s2m {
namespace {

constexpr std::size_t kMostCutTexts = 4000;
constexpr int kCutSteps = 20;
constexpr double kOuterShare = 0.1;

void move_zero(Emotions& readings, ValenceArousal zero) {
  for (Emotion& reading : readings) {
    reading.valence -= zero.valence;
    reading.arousal -= zero.arousal;
  }
}

std::vector<double> steps(const std::vector<double>& values) {
  std::vector<double> found;
  for (int i = 0; i <= kCutSteps; ++i) found.push_back(quantile(values, static_cast<double>(i) / kCutSteps));
  return found;
}

// Of the 5 % steps of both axes, where most texts come into their quadrant.
ValenceArousal best_zero(const ChosenTexts& texts, const Emotions& readings) {
  ValenceArousal best;
  double most = -1;
  for (const double valence : steps(read_axis(readings, EmotionAxis::kValence)))
    for (const double arousal : steps(read_axis(readings, EmotionAxis::kArousal))) {
      auto moved = readings;
      move_zero(moved, {valence, arousal});
      const double right = mean(quadrant_hits(texts, moved));
      if (right <= most) continue;
      most = right;
      best = {valence, arousal};
    }
  return best;
}

ChosenTexts thinned(const ChosenTexts& texts, std::size_t most) {
  const std::size_t stride = texts.size() / (most + 1) + 1;
  ChosenTexts kept;
  for (std::size_t i = 0; i < texts.size(); i += stride) kept.push_back(texts[i]);
  return kept;
}

}  // namespace

Emotions TextReaders::read_by_lexicon(const ChosenTexts& texts) const {
  Emotions readings;
  for (const EmotionText* text : texts)
    if (lexicon != nullptr) readings.push_back(lexicon->read(text->text));
  return readings;
}

Readings TextReaders::read(const std::string& label, const ChosenTexts& texts) const {
  return {reader.read_each(texts_of(texts), progress(label)), read_by_lexicon(texts)};
}

Readings TextReaders::read_tale(const ChosenTexts& sentences) const {
  if (!options.neighbours) return {reader.read_each(texts_of(sentences)), read_by_lexicon(sentences)};
  std::vector<Passage> passages;
  for (const EmotionText* sentence : sentences) passages.push_back({sentence->text, 0, 0});
  Readings readings;
  for (auto& point : reader.read_curve(passages).points) readings.reader.push_back(std::move(point.emotion));
  readings.lexicon = read_by_lexicon(sentences);
  return readings;
}

Estimate estimate(std::size_t items, const Statistic& statistic, const TextReportOptions& options) {
  std::vector<std::size_t> all(items);
  std::iota(all.begin(), all.end(), std::size_t{0});
  return {statistic(all),
          bootstrap(items, statistic, {.resamples = options.resamples, .seed = options.seed})};
}

Compared compare(const Readings& readings, std::size_t items,
                 const std::function<Statistic(const Emotions&)>& statistic_of,
                 const TextReportOptions& options) {
  Compared found;
  if (items == 0) return found;
  found.reader = estimate(items, statistic_of(readings.reader), options);
  if (!readings.lexicon.empty()) found.lexicon = estimate(items, statistic_of(readings.lexicon), options);
  return found;
}

Compared compare_correlation(const ChosenTexts& texts, const Readings& readings, EmotionAxis axis,
                             const TextReportOptions& options) {
  const auto truth = true_axis(texts, axis);
  const auto correlation = [&](const Emotions& side) -> Statistic {
    return [predicted = read_axis(side, axis), &truth](std::span<const std::size_t> rows) {
      return pearson(pick(predicted, rows), pick(truth, rows));
    };
  };
  return compare(readings, texts.size(), correlation, options);
}

std::vector<std::size_t> outer_tenths(const std::vector<double>& values) {
  if (values.empty()) return {};
  const double low = quantile(values, kOuterShare), high = quantile(values, 1 - kOuterShare);
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (low < high && (values[i] <= low || values[i] >= high)) places.push_back(i);
  return places;
}

Compared compare_extremes(const ChosenTexts& texts, const Readings& readings, EmotionAxis axis,
                          const TextReportOptions& options) {
  const auto truth = true_axis(texts, axis);
  const auto extremes = outer_tenths(truth);
  if (extremes.empty()) return {};
  const double middle = quantile(truth, 0.5);
  const auto share_right = [&](const Emotions& side) -> Statistic {
    const auto read = read_axis(side, axis);
    const double median = quantile(read, 0.5);
    std::vector<double> hits;
    for (const std::size_t i : extremes) hits.push_back((read[i] > median) == (truth[i] > middle));
    return [hits](std::span<const std::size_t> rows) { return mean(pick(hits, rows)); };
  };
  return compare(readings, extremes.size(), share_right, options);
}

Compared compare_quadrants(const ChosenTexts& texts, Readings readings, const ChosenTexts& train,
                           const TextReaders& readers) {
  const ChosenTexts learned = thinned(with_quadrant(train), kMostCutTexts);
  if (!readings.lexicon.empty() && !learned.empty())
    move_zero(readings.lexicon, best_zero(learned, readers.read_by_lexicon(learned)));
  const auto accuracy = [&](const Emotions& side) -> Statistic {
    return [hits = quadrant_hits(texts, side)](std::span<const std::size_t> rows) {
      return mean(pick(hits, rows));
    };
  };
  return compare(readings, texts.size(), accuracy, readers.options);
}

ChosenTexts with_quadrant(ChosenTexts texts) {
  std::erase_if(texts, [](const EmotionText* text) { return !text->quadrant; });
  return texts;
}

}  // namespace s2m
