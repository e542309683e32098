#include "story2midi/emotion/oblivious_trees.h"

#include <cmath>
#include <cstdint>
#include <iterator>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

struct Names {
  explicit Names(const std::string& name)
      : columns(name + ".columns"), thresholds(name + ".thresholds"), leaves(name + ".leaves") {}
  std::string columns, thresholds, leaves;
};

constexpr auto kDepth = static_cast<std::int64_t>(kTreeDepth);

}  // namespace

std::vector<NamedTensor> tensors_of(const TreeWeights& weights, const std::string& name) {
  if (weights.columns.empty()) return {};
  const Names names(name);
  const std::int64_t questions = std::ssize(weights.columns), trees = questions / kDepth;
  return {{names.columns, {questions}, weights.columns},
          {names.thresholds, {questions}, weights.thresholds},
          {names.leaves, {trees, std::ssize(weights.leaves) / trees}, weights.leaves}};
}

ObliviousTrees::ObliviousTrees(const ModelFile& file, const std::string& name, std::size_t columns,
                               std::size_t outputs) {
  const Names names(name);
  const auto stored = file.tensors().find(names.leaves);
  if (stored == file.tensors().end()) return;
  const std::int64_t trees = stored->second.shape.empty() ? 0 : stored->second.shape.front();
  leaves_ = file.floats(names.leaves, {trees, static_cast<std::int64_t>(kTreeLeaves * outputs)});
  const Shape questions{trees * kDepth};
  const auto asked = file.floats(names.columns, questions),
             thresholds = file.floats(names.thresholds, questions);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (asked[i] < 0 || asked[i] >= static_cast<float>(columns) || asked[i] != std::floor(asked[i]))
      throw Error(file.path().string() + ": " + names.columns, "not the number of a column",
                  "0 to " + std::to_string(columns - 1), std::to_string(asked[i]));
    questions_.push_back({static_cast<std::size_t>(asked[i]), thresholds[i]});
  }
}

void ObliviousTrees::add(std::span<const float> row, std::span<double> said) const {
  const std::span<const Question> questions = questions_;
  std::span<const float> leaves = leaves_;
  for (std::size_t first = 0; first < questions.size(); first += kTreeDepth) {
    std::size_t leaf = 0;
    for (const auto& [column, threshold] : questions.subspan(first, kTreeDepth))
      leaf = 2 * leaf + (row[column] > threshold ? 1 : 0);
    for (std::size_t output = 0; output < said.size(); ++output)
      said[output] += leaves[leaf * said.size() + output];
    leaves = leaves.subspan(kTreeLeaves * said.size());
  }
}

}  // namespace s2m
