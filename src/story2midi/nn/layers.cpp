#include "story2midi/nn/layers.h"

#include <algorithm>
#include <cstring>

#include "story2midi/nn/int4_groups.h"
#include "story2midi/nn/kernels/kernels.h"
#include "story2midi/nn/number_formats.h"

namespace s2m {
namespace {

template <class Panels>
auto product(const Panels& panels, const Inputs& x) {
  MatrixProduct<typename Panels::value_type> p{};
  p.weights = panels.data();
  p.inputs = x.values.data();
  return p;
}

auto product(const Int8Panels& panels, const Inputs& x) {
  Int8Product p{};
  p.weights = panels.weights.data();
  p.scales = panels.scales.data();
  p.inputs = x.steps.data();
  p.input_scales = x.scales.data();
  p.input_sums = x.sums.data();
  return p;
}

auto product(const Int4Panels& panels, const Inputs& x) {
  Int4Product p{};
  p.weights = panels.weights.data();
  p.scales = panels.scales.data();
  p.zeros = panels.zeros.data();
  p.starts = panels.starts.data();
  p.inputs = reinterpret_cast<const unsigned char*>(x.steps.data());
  p.input_scales = x.scales.data();
  return p;
}

void multiply(const MatrixProduct<float>& p) { kernels().multiply(p); }
void multiply(const MatrixProduct<BFloat16>& p) { kernels().multiply_bf16(p); }
void multiply(const Int8Product& p) { kernels().multiply_int8(p); }
void multiply(const Int4Product& p) { kernels().multiply_int4(p); }

void add_int4(Rows x, const Int4Rows& rows, std::size_t row) {
  std::size_t group = row * x.size() / kInt4Group;
  for (std::size_t at = 0; at < x.size(); at += kInt4Group, ++group) {
    float weights[kInt4Group];
    from_int4(rows.quants.data() + group * kInt4Group / 2, from_bf16(rows.scales[group]), rows.zeros[group],
              weights);
    for (std::size_t i = 0; i < kInt4Group; ++i) x[at + i] += weights[i];
  }
}

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
    case DataType::kI4:
      return add_int4(x, int4, row);
    default:
      return kernels().add_steps(x.data(),
                                 reinterpret_cast<const signed char*>(weight.bytes.data()) + row * x.size(),
                                 scales[row], static_cast<int>(x.size()));
  }
}

Inputs inputs_of(Workspace& work, const Linear& layer, std::span<const float> x) {
  const auto width = static_cast<std::size_t>(layer.weight.columns);
  const auto count = width == 0 ? 0 : x.size() / width;
  const bool int4 = std::holds_alternative<Int4Panels>(layer.weight.panels);
  if (!int4 && !std::holds_alternative<Int8Panels>(layer.weight.panels)) return {count, x, {}, {}, {}};
  const auto padded = static_cast<std::size_t>(round_up(layer.weight.columns, kInt8Columns));
  const auto steps = work.bytes(count * padded);
  const auto scales = work.floats(count), sums = work.floats(count);
  kernels().quantise(
      {x.data(), steps.data(), scales.data(), sums.data(), layer.weight.columns, static_cast<int>(count)});
  if (int4)
    for (auto& step : steps)
      step = static_cast<std::int8_t>(step ^ kZeroPoint);  // adds it, in two's complement
  return {count, {}, steps, scales, sums};
}

void linear(const Linear& layer, const Inputs& x, Rows y) {
  if (x.count == 0) {  // of one head the first half is none: nothing is multiplied
    std::ranges::fill(y, 0.f);
    return;
  }
  const auto each = [&](const auto& panels) {
    auto p = product(panels, x);
    p.bias = layer.bias.empty() ? nullptr : layer.bias.data();
    p.outputs = y.data();
    p.rows = layer.weight.rows;
    p.columns = layer.weight.columns;
    p.count = static_cast<int>(x.count);
    p.end_panel = layer.weight.panel_count();
    if constexpr (requires { p.bypass_l2; }) p.bypass_l2 = layer.weight.bypass_l2;
    multiply(p);
  };
  std::visit(each, layer.weight.panels);
}

Rows linear(Workspace& work, const Linear& layer, const Inputs& x) {
  const auto y = work.floats(x.count * static_cast<std::size_t>(layer.weight.rows));
  linear(layer, x, y);
  return y;
}

Rows linear(Workspace& work, const Linear& layer, std::span<const float> x) {
  return linear(work, layer, inputs_of(work, layer, x));
}

void normalise(const Norm& norm, std::span<const float> x, Rows y) {
  const auto width = norm.weight.size();
  kernels().normalise({.input = x.data(),
                       .weight = norm.weight.data(),
                       .bias = norm.bias.data(),
                       .output = y.data(),
                       .epsilon = norm.epsilon,
                       .width = static_cast<int>(width),
                       .count = static_cast<int>(x.size() / width)});
}

Rows normalise(Workspace& work, const Norm& norm, std::span<const float> x) {
  const auto y = work.floats(x.size());
  normalise(norm, x, y);
  return y;
}

Rows gelu(Rows x) {
  kernels().gelu(x.data(), static_cast<int>(x.size()));
  return x;
}

void softmax(Rows x) { kernels().softmax(x.data(), static_cast<int>(x.size())); }

void add(Rows x, std::span<const float> y) { kernels().add(x.data(), y.data(), static_cast<int>(x.size())); }

}  // namespace s2m
