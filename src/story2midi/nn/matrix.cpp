#include "story2midi/nn/matrix.h"

#include <algorithm>
#include <utility>

#include "story2midi/nn/kernels/kernels.h"

namespace s2m {
namespace {

// Panels of kTogether columns.
template <int kTogether, class T>
Lines<T> in_panels(int rows, int columns, std::span<const T> weights) {
  const auto steps = static_cast<std::size_t>(round_up(columns, kTogether) / kTogether);
  const auto step = static_cast<std::size_t>(kPanelRows * kTogether);
  Lines<T> panels(static_cast<std::size_t>(round_up(rows, kPanelRows) / kPanelRows) * steps * step);
  const T* from = weights.data();
  for (int row = 0; row < rows; ++row) {
    T* to = panels.data() + static_cast<std::size_t>(row / kPanelRows) * steps * step +
            row % kPanelRows * kTogether;
    for (int whole = columns / kTogether; whole > 0; --whole, from += kTogether, to += step)
      std::copy_n(from, kTogether, to);  // one move
    std::copy_n(from, columns % kTogether, to);
    from += columns % kTogether;
  }
  return panels;
}

}  // namespace

std::size_t panel_offset(int row, int columns) {
  return static_cast<std::size_t>(row / kPanelRows) * static_cast<std::size_t>(columns * kPanelRows) +
         static_cast<std::size_t>(row % kPanelRows);
}

std::size_t int8_panel_offset(int row, int column, int columns) {
  const auto panel = static_cast<std::size_t>(row / kPanelRows) *
                     static_cast<std::size_t>(round_up(columns, kInt8Columns) * kPanelRows);
  return panel + static_cast<std::size_t>(column / kInt8Columns * kInt8Columns * kPanelRows +
                                          row % kPanelRows * kInt8Columns + column % kInt8Columns);
}

int Matrix::panel_count() const { return round_up(rows, kPanelRows) / kPanelRows; }

Matrix float_matrix(int rows, int columns, std::span<const float> weights) {
  return {rows, columns, in_panels<1>(rows, columns, weights)};
}

Matrix bf16_matrix(int rows, int columns, std::span<const std::uint16_t> weights) {
  return {rows, columns, in_panels<1>(rows, columns, weights)};
}

Matrix int8_matrix(int rows, int columns, std::span<const std::int8_t> weights,
                   std::span<const float> scales) {
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(weights.data()), weights.size());
  Int8Panels panels{in_panels<kInt8Columns>(rows, columns, bytes), {scales.begin(), scales.end()}};
  for (auto& weight : panels.weights) weight ^= kZeroPoint;  // adds it, in two's complement
  panels.scales.resize(static_cast<std::size_t>(round_up(rows, kLanes)));
  return {rows, columns, std::move(panels)};
}

}  // namespace s2m
