// A regression with several outputs: linear in a row's
// columns, plus Gaussian kernels around landmark rows (the
// Nystroem method; Williams and Seeger 2001), plus optional
// trees.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "story2midi/emotion/oblivious_trees.h"
#include "story2midi/nn/model_file.h"

namespace s2m {

// Beyond so many deviations from its mean a column says no more.
inline constexpr double kFarthestDeviations = 5;
// A bump falls to 1/e where a row's columns are so far from the landmark's, in the mean of their squares, in
// deviations.
inline constexpr double kBumpWidth = 1.4;

struct StackedWeights {
  std::vector<float> means, deviations;  // columns
  std::vector<float> landmarks;          // rows of columns, standardised and cut; there may be none
  std::vector<float> weights;            // outputs x (columns, landmarks, and 1 for the bias)
  TreeWeights trees;                     // of columns, standardised and cut; there may be none
};
// For a model file; names begin with `name`.
std::vector<NamedTensor> tensors_of(const StackedWeights& weights, const std::string& name);

// Const after construction: may be used from many threads.
class StackedRegression {
 public:
  StackedRegression() = default;
  // Landmarks are read from the file's mapping. Throws Error for tensors that are missing or of another
  // shape, and for deviations that are not above zero.
  StackedRegression(const ModelFile& file, const std::string& name, std::size_t columns, std::size_t outputs);

  std::vector<double> read(std::span<const double> row) const;  // outputs

 private:
  std::size_t outputs_ = 0;
  std::vector<float> means_, deviations_, weights_;
  std::optional<ModelFile> file_;
  Int8Rows landmarks_;
  ObliviousTrees trees_;
};

}  // namespace s2m
