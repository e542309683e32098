#include "nn/matrix.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "nn/kernels/kernels.h"

namespace s2m {
namespace {

// Panels of `together` columns.
template <class T>
Lines<T> in_panels(int rows, int columns, int together, std::span<const T> weights) {
  const auto steps = static_cast<std::size_t>(round_up(columns, together) / together);
  const auto step = static_cast<std::size_t>(kPanelRows * together);
  Lines<T> panels(static_cast<std::size_t>(round_up(rows, kPanelRows) / kPanelRows) * steps * step);
  const T* from = weights.data();
  for (int row = 0; row < rows; ++row) {
    T* to = panels.data() + static_cast<std::size_t>(row / kPanelRows) * steps * step +
            row % kPanelRows * together;
    for (int column = 0; column < columns; column += together, to += step)
      for (int k = 0; k < std::min(together, columns - column); ++k) to[k] = *from++;
  }
  return panels;
}

}  // namespace

int round_up(int count, int multiple) { return (count + multiple - 1) / multiple * multiple; }

std::size_t panel_offset(int row, int columns) {
  return static_cast<std::size_t>(row / kPanelRows) * static_cast<std::size_t>(columns * kPanelRows) +
         static_cast<std::size_t>(row % kPanelRows);
}

int Matrix::panel_count() const { return round_up(rows, kPanelRows) / kPanelRows; }

Matrix float_matrix(int rows, int columns, std::span<const float> weights) {
  return {rows, columns, in_panels(rows, columns, 1, weights)};
}

Matrix bf16_matrix(int rows, int columns, std::span<const std::uint16_t> weights) {
  return {rows, columns, in_panels(rows, columns, 1, weights)};
}

Matrix int8_matrix(int rows, int columns, std::span<const std::int8_t> weights,
                   std::span<const float> scales) {
  Int8Panels panels{in_panels(rows, columns, kInt8Columns, weights), {scales.begin(), scales.end()}, {}};
  for (int row = 0; row < rows; ++row) {
    const auto of_row = weights.begin() + static_cast<std::ptrdiff_t>(row) * columns;
    panels.sums.push_back(std::accumulate(of_row, of_row + columns, 0));
  }
  panels.scales.resize(static_cast<std::size_t>(round_up(rows, kLanes)));
  panels.sums.resize(panels.scales.size());
  return {rows, columns, std::move(panels)};
}

}  // namespace s2m
