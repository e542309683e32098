#include "emotion/stacking.h"

#include <algorithm>
#include <cmath>

namespace s2m {
namespace {

constexpr double kEndHalfPassages = 4;

struct Part {
  const char* name;
  StackedWeights StackedRegressions::*weights;
  std::size_t columns;
};
constexpr Part kParts[] = {{"stacked.emobank", &StackedRegressions::emobank, kSingleColumns},
                           {"stacked.tales", &StackedRegressions::tales, kStoryColumns},
                           {"stacked.story", &StackedRegressions::story, kStoryColumns}};

void append(std::vector<double>& row, const std::vector<double>& more) {
  row.insert(row.end(), more.begin(), more.end());
}

// How far the story has gone, and how near its end is.
void append_place(std::vector<double>& row, std::size_t passage, std::size_t passages) {
  const auto left = static_cast<double>(passages - 1 - passage);
  row.push_back(static_cast<double>(passage) / std::max(1.0, static_cast<double>(passages - 1)));
  row.push_back(std::exp2(-left / kEndHalfPassages));
}

double weigh(const std::vector<double>& row, const std::vector<float>& weights) {
  double sum = weights.back();
  for (std::size_t i = 0; i < row.size(); ++i) sum += row[i] * weights[i];
  return sum;
}

Levels weigh(const std::vector<double>& row, const StackedWeights& weights) {
  return {weigh(row, weights.valence), weigh(row, weights.arousal)};
}

Levels cut(const Levels& levels) {
  return {std::clamp(levels.valence, -1.0, 1.0), std::clamp(levels.arousal, -1.0, 1.0)};
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

std::optional<Levels> StackedRegressions::read(const NgramReading& reading, ReadingScale scale) const {
  if (scale != ReadingScale::kEmobank) return {};
  return weigh(single_row(reading), emobank);
}

std::vector<Levels> StackedRegressions::read_story(std::span<const double> words,
                                                   std::span<const NgramReading> readings,
                                                   ReadingScale scale) const {
  std::vector<Levels> read;
  if (scale == ReadingScale::kEmobank) return read;
  for (const auto& row : story_rows(words, readings))
    read.push_back(cut(weigh(row, scale == ReadingScale::kTales ? tales : story)));
  return read;
}

std::vector<NamedTensor> tensors_of(const StackedRegressions& regressions) {
  std::vector<NamedTensor> tensors;
  for (const Part& part : kParts) {
    const auto& [valence, arousal] = regressions.*part.weights;
    const Shape shape{static_cast<std::int64_t>(part.columns + 1)};
    tensors.push_back({std::string(part.name) + ".valence", shape, valence});
    tensors.push_back({std::string(part.name) + ".arousal", shape, arousal});
  }
  return tensors;
}

StackedRegressions stacked_regressions_of(const ModelFile& file) {
  StackedRegressions regressions;
  for (const Part& part : kParts) {
    const Shape shape{static_cast<std::int64_t>(part.columns + 1)};
    regressions.*part.weights = {file.floats(std::string(part.name) + ".valence", shape),
                                 file.floats(std::string(part.name) + ".arousal", shape)};
  }
  return regressions;
}

}  // namespace s2m
