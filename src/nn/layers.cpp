#include "nn/layers.h"

#include <algorithm>
#include <cstring>

#include "nn/kernels/kernels.h"
#include "nn/number_formats.h"

namespace s2m {
namespace {

// Fewer multiplications than this are done sooner than shared.
constexpr std::int64_t kWorthSharing = 32'768;

struct Int8Inputs {
  std::span<const std::int8_t> values;
  Rows scales, sums;
};

Int8Inputs quantise(Workspace& work, std::span<const float> x, int width) {
  const auto row = static_cast<std::size_t>(width);
  const auto padded = static_cast<std::size_t>(round_up(width, kInt8Columns));
  const auto count = x.size() / row;
  const auto values = work.bytes(count * padded);
  const auto scales = work.floats(count), sums = work.floats(count);
  for (std::size_t i = 0; i < count; ++i)
    kernels().quantise({x.data() + i * row, values.data() + i * padded, &scales[i], &sums[i], width});
  return {values, scales, sums};
}

template <class Panels>
auto product(Workspace&, const Panels& panels, const Linear& layer, std::span<const float> x, Rows y) {
  return MatrixProduct<typename Panels::value_type>{.weights = panels.data(),
                                                    .bias = layer.bias.empty() ? nullptr : layer.bias.data(),
                                                    .inputs = x.data(),
                                                    .outputs = y.data(),
                                                    .rows = layer.weight.rows,
                                                    .columns = layer.weight.columns,
                                                    .count = static_cast<int>(y.size()) / layer.weight.rows,
                                                    .first_panel = 0,
                                                    .end_panel = 0};
}

auto product(Workspace& work, const Int8Panels& panels, const Linear& layer, std::span<const float> x,
             Rows y) {
  const auto inputs = quantise(work, x, layer.weight.columns);
  return Int8Product{.weights = panels.weights.data(),
                     .scales = panels.scales.data(),
                     .bias = layer.bias.empty() ? nullptr : layer.bias.data(),
                     .inputs = inputs.values.data(),
                     .input_scales = inputs.scales.data(),
                     .input_sums = inputs.sums.data(),
                     .outputs = y.data(),
                     .rows = layer.weight.rows,
                     .columns = layer.weight.columns,
                     .count = static_cast<int>(y.size()) / layer.weight.rows,
                     .first_panel = 0,
                     .end_panel = 0};
}

void multiply(const MatrixProduct<float>& p) { kernels().multiply(p); }
void multiply(const MatrixProduct<BFloat16>& p) { kernels().multiply_bf16(p); }
void multiply(const Int8Product& p) { kernels().multiply_int8(p); }

}  // namespace

void Table::add_to(Rows x, int entry) const {
  const auto row = static_cast<std::size_t>(entry);
  const auto add_row = [&]<class Stored>(Stored stored, auto widen) {
    const auto* from = weight.bytes.data() + row * x.size() * sizeof stored;
    for (float& value : x) {
      std::memcpy(&stored, from, sizeof stored);  // aligned to nothing
      value += widen(stored);
      from += sizeof stored;
    }
  };
  switch (weight.type) {
    case DataType::kF32:
      return add_row(0.f, [](float value) { return value; });
    case DataType::kBF16:
      return add_row(std::uint16_t{0}, from_bf16);
    case DataType::kF16:
      return add_row(std::uint16_t{0}, from_f16);
    default:
      return add_row(std::int8_t{0}, [scale = scales[row]](std::int8_t step) { return step * scale; });
  }
}

Rows linear(Workspace& work, const Linear& layer, std::span<const float> x) {
  const auto count = x.size() / static_cast<std::size_t>(layer.weight.columns);
  const auto y = work.floats(count * static_cast<std::size_t>(layer.weight.rows));
  const auto each = [&](const auto& panels) {
    const auto all = product(work, panels, layer, x, y);
    const auto part = [&all](int first, int end) {
      auto mine = all;
      mine.first_panel = first;
      mine.end_panel = end;
      multiply(mine);
    };
    const auto cost = static_cast<std::int64_t>(layer.weight.columns) * static_cast<std::int64_t>(y.size());
    if (cost < kWorthSharing)
      part(0, layer.weight.panel_count());
    else
      work.team().share(layer.weight.panel_count(), part);
  };
  std::visit(each, layer.weight.panels);
  return y;
}

Rows normalise(Workspace& work, const Norm& norm, std::span<const float> x) {
  const auto width = norm.weight.size();
  const auto y = work.floats(x.size());
  for (std::size_t row = 0; row < x.size(); row += width)
    kernels().normalise({x.data() + row, norm.weight.data(), norm.bias.data(), y.data() + row, norm.epsilon,
                         static_cast<int>(width)});
  return y;
}

Rows gelu(Rows x) {
  kernels().gelu(x.data(), static_cast<int>(x.size()));
  return x;
}

void softmax(Rows x) { kernels().softmax(x.data(), static_cast<int>(x.size())); }

void add(Rows x, std::span<const float> y) {
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += y[i];
}

}  // namespace s2m
