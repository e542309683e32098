#include "story2midi/emotion/stacked_regression.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

constexpr const char* kTrees = ".trees";
constexpr std::size_t kLanes = 8;  // sums side by side, that the compiler may take as one

// Of squared differences, in an order that hangs on nothing but the length.
double squared_distance(std::span<const float> row, std::span<const std::int8_t> landmark, float scale) {
  std::array<float, kLanes> lanes{};
  std::size_t at = 0;
  for (; at + kLanes <= row.size(); at += kLanes)
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const float away = row[at + lane] - scale * static_cast<float>(landmark[at + lane]);
      lanes[lane] += away * away;
    }
  for (std::size_t lane = 0; at < row.size(); ++at, ++lane) {
    const float away = row[at] - scale * static_cast<float>(landmark[at]);
    lanes[lane] += away * away;
  }
  return std::accumulate(lanes.begin(), lanes.end(), 0.0);
}

std::int64_t signed_size(std::size_t size) { return static_cast<std::int64_t>(size); }

}  // namespace

std::vector<NamedTensor> tensors_of(const StackedWeights& weights, const std::string& name) {
  const auto columns = signed_size(weights.means.size());
  std::vector<NamedTensor> tensors{
      {name + ".means", {columns}, weights.means},
      {name + ".deviations", {columns}, weights.deviations},
      {name + ".weights", {signed_size(weights.weights.size())}, weights.weights}};
  if (!weights.landmarks.empty())
    tensors.push_back(
        {name + ".landmarks", {signed_size(weights.landmarks.size()) / columns, columns}, weights.landmarks});
  for (auto& tensor : tensors_of(weights.trees, name + kTrees)) tensors.push_back(std::move(tensor));
  return tensors;
}

StackedRegression::StackedRegression(const ModelFile& file, const std::string& name, std::size_t columns,
                                     std::size_t outputs)
    : outputs_(outputs),
      means_(file.floats(name + ".means", {signed_size(columns)})),
      deviations_(file.floats(name + ".deviations", {signed_size(columns)})),
      trees_(file, name + kTrees, columns, outputs) {
  if (const auto none = std::ranges::find_if_not(deviations_, [](float each) { return each > 0; });
      none != deviations_.end())
    throw Error(file.path().string() + ": " + name + ".deviations", "a column without a deviation",
                "above zero", std::to_string(*none));
  std::int64_t landmarks = 0;
  if (const auto stored = file.tensors().find(name + ".landmarks"); stored != file.tensors().end()) {
    landmarks = stored->second.shape.empty() ? 0 : stored->second.shape.front();
    landmarks_ = file.int8_rows(stored->first, {landmarks, signed_size(columns)});
    file_ = file;
  }
  weights_ = file.floats(name + ".weights", {signed_size(outputs) * (signed_size(columns) + landmarks + 1)});
}

std::vector<double> StackedRegression::read(std::span<const double> row) const {
  const std::size_t columns = means_.size(), landmarks = landmarks_.scales.size();
  std::vector<float> features;
  for (std::size_t i = 0; i < columns; ++i)
    features.push_back(static_cast<float>(
        std::clamp((row[i] - means_[i]) / deviations_[i], -kFarthestDeviations, kFarthestDeviations)));
  const std::vector<float> standard = features;
  const double width = kBumpWidth * kBumpWidth * static_cast<double>(columns);
  for (std::size_t i = 0; i < landmarks; ++i) {
    const auto landmark = landmarks_.values.subspan(i * columns, columns);
    features.push_back(
        static_cast<float>(std::exp(-squared_distance(standard, landmark, landmarks_.scales[i]) / width)));
  }
  features.push_back(1);
  std::vector<double> said;
  for (std::size_t output = 0; output < outputs_; ++output)
    said.push_back(
        std::inner_product(features.begin(), features.end(),
                           weights_.begin() + static_cast<std::ptrdiff_t>(output * features.size()), 0.0));
  trees_.add(standard, said);
  return said;
}

}  // namespace s2m
