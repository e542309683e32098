#include "story2midi/emotion/stacking.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace s2m {
namespace {

constexpr double kEndHalfPassages = 4;
constexpr std::size_t kAxes = 2;
constexpr const char *kCommon = "stacked.common", *kEmobank = "stacked.emobank", *kLabels = "stacked.labels",
                     *kTales = "stacked.tales", *kStories = "stacked.stories";

void append(std::vector<double>& row, const std::vector<double>& more) {
  row.insert(row.end(), more.begin(), more.end());
}

// How far the story has gone, and how near its end is.
void append_place(std::vector<double>& row, std::size_t passage, std::size_t passages) {
  const auto left = static_cast<double>(passages - 1 - passage);
  row.push_back(static_cast<double>(passage) / std::max(1.0, static_cast<double>(passages - 1)));
  row.push_back(std::exp2(-left / kEndHalfPassages));
}

ValenceArousal point_of(const std::vector<double>& said) { return {said[0], said[1]}; }

ValenceArousal clamped(ValenceArousal point) {
  return {std::clamp(point.valence, -1.0, 1.0), std::clamp(point.arousal, -1.0, 1.0)};
}

}  // namespace

std::vector<double> single_row(const NgramReading& reading) {
  auto row = reading.said;
  append(row, reading.features);
  return row;
}

PassageRows story_rows(std::span<const double> words, std::span<const NgramReading> readings) {
  PassageRows own;
  for (const auto& reading : readings) own.push_back(single_row(reading));
  PassageRows rows = own;
  for (const double half : kStoryHalfWords) {
    const auto around = in_context(words, own, half);
    for (std::size_t i = 0; i < rows.size(); ++i) append(rows[i], around[i]);
  }
  for (std::size_t i = 0; i < rows.size(); ++i) append_place(rows[i], i, rows.size());
  return rows;
}

std::vector<NamedTensor> tensors_of(const StackingWeights& weights) {
  std::vector<NamedTensor> tensors;
  const auto add = [&](const StackedWeights& part, const char* name) {
    for (auto& tensor : tensors_of(part, name)) tensors.push_back(std::move(tensor));
  };
  add(weights.common, kCommon);
  add(weights.emobank, kEmobank);
  add(weights.labels, kLabels);
  add(weights.tales, kTales);
  add(weights.stories, kStories);
  return tensors;
}

Stacking::Stacking(const ModelFile& file)
    : common_(file, kCommon, kSingleColumns, kAxes),
      emobank_(file, kEmobank, kSingleColumns, kAxes),
      labels_(file, kLabels, kSingleColumns, kLabelCount),
      tales_(file, kTales, kStoryColumns, kAxes),
      stories_(file, kStories, kStoryColumns, kAxes) {}

std::optional<ValenceArousal> Stacking::read(const NgramReading& reading, ReadingScale scale) const {
  if (scale == ReadingScale::kTales) return {};
  const auto row = single_row(reading);
  return scale == ReadingScale::kEmobank ? point_of(emobank_.read(row))
                                         : clamped(point_of(common_.read(row)));
}

std::vector<double> Stacking::read_labels(const NgramReading& reading) const {
  auto labels = labels_.read(single_row(reading));
  for (double& label : labels) label = std::clamp(label, 0.0, 1.0);
  return labels;
}

std::vector<ValenceArousal> Stacking::read_story(std::span<const double> words,
                                                 std::span<const NgramReading> readings,
                                                 ReadingScale scale) const {
  std::vector<ValenceArousal> read;
  if (scale == ReadingScale::kEmobank) return read;
  const auto& stacked = scale == ReadingScale::kTales ? tales_ : stories_;
  for (const auto& row : story_rows(words, readings)) read.push_back(clamped(point_of(stacked.read(row))));
  return read;
}

}  // namespace s2m
