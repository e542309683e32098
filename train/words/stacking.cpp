#include "train/words/stacking.h"

#include <algorithm>
#include <utility>

#include "train/data/reading_targets.h"

namespace s2m::train {
namespace {

class Problem {
 public:
  Problem(std::string name, StackingProblem problem) : name_(std::move(name)), problem_(std::move(problem)) {}
  void add(std::vector<double> row, const std::vector<double>& targets, int fold) {
    problem_.rows.push_back(std::move(row));
    problem_.targets.insert(problem_.targets.end(), targets.begin(), targets.end());
    problem_.folds.push_back(fold);
  }
  void add(std::vector<double> row, const ValenceArousal& target, int fold) {
    add(std::move(row), std::vector<double>{target.valence, target.arousal}, fold);
  }
  StackedWeights fit(const OnStacked& on_stacked) const {
    auto found = fit_stacking(problem_);
    if (on_stacked) on_stacked(name_, found);
    return std::move(found.weights);
  }

 private:
  std::string name_;
  StackingProblem problem_;
};

std::vector<double> labels_of(const EmotionText& text) {
  std::vector<double> labels(kLabelCount, 0);
  for (const int label : text.labels) labels[static_cast<std::size_t>(label)] = 1;
  return labels;
}

// A place in the story says how fairy tales go, which is not how others must.
std::vector<double> without_place(std::vector<double> row) {
  std::fill(row.end() - kPlaceColumns, row.end(), 0.0);
  return row;
}

// Where each of the tales' stretches in a row of texts ends.
std::size_t tale_end(const std::vector<const EmotionText*>& texts, std::size_t first) {
  std::size_t end = first;
  while (end < texts.size() && texts[end]->source == "tales" && texts[end]->group == texts[first]->group)
    ++end;
  return end;
}

}  // namespace

StackingWeights train_stacking(const std::vector<const EmotionText*>& texts,
                               const std::vector<NgramReading>& readings, const std::vector<int>& folds,
                               const OnStacked& on_stacked) {
  // What readers graded is said as strongly as they did; what is named by an emotion is an expectation. Trees
  // say more of stories, and nothing of a text by itself.
  Problem common("common scale", {.outputs = 2}), labels("labels", {.outputs = kLabelCount}),
      emobank("EmoBank", {.outputs = 2, .stretched = true}),
      tales("tales", {.outputs = 2, .stretched = true, .trees = true}),
      stories("stories", {.outputs = 2, .stretched = true, .trees = true});
  const auto add_single = [&](std::size_t i) {
    const EmotionText& text = *texts[i];
    auto row = single_row(readings[i]);
    common.add(row, target_of(text, ReadingScale::kCommon), folds[i]);
    if (text.source == "goemotions") labels.add(row, labels_of(text), folds[i]);
    if (belongs(text, ReadingScale::kEmobank))
      emobank.add(std::move(row), target_of(text, ReadingScale::kEmobank), folds[i]);
  };
  const auto add_tale = [&](std::size_t first, std::size_t end) {
    std::vector<Passage> passages;
    for (std::size_t i = first; i < end; ++i) passages.push_back({texts[i]->text, 0, 0});
    const auto rows = story_rows(word_counts(passages), std::span(readings).subspan(first, end - first));
    for (std::size_t i = first; i < end; ++i) {
      tales.add(rows[i - first], target_of(*texts[i], ReadingScale::kTales), folds[i]);
      stories.add(without_place(rows[i - first]), *texts[i]->point, folds[i]);
    }
  };
  for (std::size_t i = 0; i < texts.size(); ++i) add_single(i);
  for (std::size_t i = 0; i < texts.size();) {
    const std::size_t end = tale_end(texts, i);
    if (end > i) add_tale(i, end);
    i = std::max(end, i + 1);
  }
  return {common.fit(on_stacked), emobank.fit(on_stacked), labels.fit(on_stacked), tales.fit(on_stacked),
          stories.fit(on_stacked)};
}

}  // namespace s2m::train
