// Sparse rows, and their products with dense matrices of columns x outputs.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "story2midi/emotion/ngrams.h"

namespace s2m::train {

// Rows one behind the other; a bucket is a column.
struct SparseRows {
  std::vector<NgramValue> values;
  std::vector<std::size_t> ends;  // a row ends before this value

  void add(std::span<const NgramValue> row);
  std::span<const NgramValue> row(std::size_t index) const;
};

// sums (outputs) += row times weights (columns x outputs).
void gather(std::span<const NgramValue> row, std::span<const float> weights, std::span<float> sums);
// sums (columns x outputs) += the row's transpose times values (outputs).
void spread(std::span<const NgramValue> row, std::span<const float> values, std::span<float> sums);

}  // namespace s2m::train
