#include "train/words/sparse_rows.h"

namespace s2m::train {

void SparseRows::add(std::span<const NgramValue> row) {
  values.insert(values.end(), row.begin(), row.end());
  ends.push_back(values.size());
}

std::span<const NgramValue> SparseRows::row(std::size_t index) const {
  const std::size_t first = index == 0 ? 0 : ends[index - 1];
  return std::span(values).subspan(first, ends[index] - first);
}

void gather(std::span<const NgramValue> row, std::span<const float> weights, std::span<float> sums) {
  for (const auto& [column, value] : row) {
    const float* from = weights.data() + column * sums.size();
    for (std::size_t k = 0; k < sums.size(); ++k) sums[k] += value * from[k];
  }
}

void spread(std::span<const NgramValue> row, std::span<const float> values, std::span<float> sums) {
  for (const auto& [column, value] : row) {
    float* to = sums.data() + column * values.size();
    for (std::size_t k = 0; k < values.size(); ++k) to[k] += value * values[k];
  }
}

}  // namespace s2m::train
