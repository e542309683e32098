#include "story2midi/nn/matrix.h"

#include <algorithm>
#include <utility>

#include "story2midi/nn/int4_groups.h"
#include "story2midi/nn/kernels/kernels.h"
#include "story2midi/nn/number_formats.h"

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

// Inputs are raised by kZeroPoint: what that adds to each row's product is taken off.
Lines<float> starts_of(int rows, const Int4Rows& weights) {
  Lines<float> starts(static_cast<std::size_t>(round_up(rows, kPanelRows)));
  const auto groups = rows == 0 ? 0 : weights.scales.size() / static_cast<std::size_t>(rows);
  const auto* quants = weights.quants.data();
  for (std::size_t g = 0; g < weights.scales.size(); ++g, quants += kInt4Group / 2)
    starts[g / groups] -=
        from_bf16(weights.scales[g]) * static_cast<float>(kZeroPoint * int4_sum(quants, weights.zeros[g]));
  return starts;
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

Matrix int4_matrix(int rows, int columns, const Int4Rows& weights) {
  const int groups = columns / static_cast<int>(kInt4Group);
  Int4Panels panels{in_panels<kInt8Columns>(rows, columns / 2, weights.quants),
                    in_panels<1>(rows, groups, std::span<const std::uint16_t>(weights.scales)),
                    in_panels<1>(rows, groups, std::span<const std::uint8_t>(weights.zeros)),
                    starts_of(rows, weights)};
  return {rows, columns, std::move(panels)};
}

}  // namespace s2m
