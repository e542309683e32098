#include "nn/layers.h"

#include <algorithm>
#include <cmath>

#include "nn/kernels/kernels.h"

namespace s2m {

Floats linear(const Linear& layer, std::span<const float> x) {
  const auto count = x.size() / static_cast<std::size_t>(layer.columns);
  Floats y(count * static_cast<std::size_t>(layer.rows));
  const float* bias = layer.bias.empty() ? nullptr : layer.bias.data();
  const auto product = [&]<class Weight>(const std::vector<Weight>& weights, const float* scales) {
    return MatrixProduct<Weight>{weights.data(), scales,     bias,          x.data(),
                                 y.data(),       layer.rows, layer.columns, static_cast<int>(count)};
  };
  if (layer.scale.empty())
    kernels().multiply(product(layer.weight, nullptr));
  else
    kernels().multiply_int8(product(layer.steps, layer.scale.data()));
  return y;
}

Floats normalise(const Norm& norm, std::span<const float> x) {
  const auto width = norm.weight.size();
  Floats y(x.size());
  for (std::size_t row = 0; row < x.size(); row += width) {
    double mean = 0, variance = 0;
    for (std::size_t i = 0; i < width; ++i) mean += x[row + i];
    mean /= static_cast<double>(width);
    for (std::size_t i = 0; i < width; ++i) variance += (x[row + i] - mean) * (x[row + i] - mean);
    const double scale = 1.0 / std::sqrt(variance / static_cast<double>(width) + norm.epsilon);
    for (std::size_t i = 0; i < width; ++i)
      y[row + i] = static_cast<float>((x[row + i] - mean) * scale) * norm.weight[i] + norm.bias[i];
  }
  return y;
}

Floats gelu(Floats x) {
  for (float& value : x) value *= 0.5f * (1.f + std::erf(value * 0.70710678f));
  return x;
}

void softmax(std::span<float> x) {
  const float largest = *std::max_element(x.begin(), x.end());
  double sum = 0;
  for (float& value : x) sum += value = std::exp(value - largest);
  const auto scale = static_cast<float>(1.0 / sum);
  for (float& value : x) value *= scale;
}

void add(std::span<float> x, std::span<const float> y) {
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += y[i];
}

KeyValues::KeyValues(int heads_, int slots_, int head_width_)
    : heads(heads_), slots(slots_), head_width(head_width_) {
  const auto size = static_cast<std::size_t>(heads) * static_cast<std::size_t>(slots * head_width);
  keys.resize(size);
  values.resize(size);
}

void KeyValues::set(int slot, std::span<const float> key, std::span<const float> value) {
  for (int head = 0; head < heads; ++head) {
    const auto at = (static_cast<std::ptrdiff_t>(head) * slots + slot) * head_width;
    std::copy_n(key.begin() + head * head_width, head_width, keys.begin() + at);
    std::copy_n(value.begin() + head * head_width, head_width, values.begin() + at);
  }
}

void attend(const KeyValues& past, int count, std::span<const float> query, std::span<float> out) {
  Floats weights(static_cast<std::size_t>(count));
  const float scale = 1.f / std::sqrt(static_cast<float>(past.head_width));
  for (int head = 0; head < past.heads; ++head) {
    const auto at = static_cast<std::ptrdiff_t>(head) * past.slots * past.head_width;
    const int column = head * past.head_width;
    kernels().multiply({.weights = past.keys.data() + at,
                        .scales = nullptr,
                        .bias = nullptr,
                        .inputs = query.data() + column,
                        .outputs = weights.data(),
                        .rows = count,
                        .columns = past.head_width,
                        .count = 1});
    for (float& weight : weights) weight *= scale;
    softmax(weights);
    kernels().sum_rows({.weights = weights.data(),
                        .inputs = past.values.data() + at,
                        .output = out.data() + column,
                        .rows = count,
                        .columns = past.head_width});
  }
}

}  // namespace s2m
