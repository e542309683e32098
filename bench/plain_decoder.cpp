// Compiled with -Ofast -march=native, as llama2.c's own makefile does.
#include "bench/plain_decoder.h"

#include <algorithm>
#include <cmath>

namespace s2m::bench {
namespace {

constexpr std::size_t kMemoryRows = 64;
constexpr std::size_t kNoteChoices = 99 + 4 + 128 + 32 + 32;

void multiply(std::vector<float>& y, const std::vector<float>& w, const std::vector<float>& x,
              std::size_t rows, std::size_t columns) {
  for (std::size_t row = 0; row < rows; ++row) {
    float sum = 0;
    for (std::size_t k = 0; k < columns; ++k) sum += w[row * columns + k] * x[k];
    y[row] = sum;
  }
}

void normalise(std::vector<float>& y, const std::vector<float>& x) {
  float mean = 0, squares = 0;
  for (const float value : x) mean += value;
  mean /= static_cast<float>(x.size());
  for (const float value : x) squares += (value - mean) * (value - mean);
  const float scale = 1.f / std::sqrt(squares / static_cast<float>(x.size()) + 1e-5f);
  for (std::size_t i = 0; i < x.size(); ++i) y[i] = (x[i] - mean) * scale;
}

void add(std::vector<float>& x, const std::vector<float>& y) {
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += y[i];
}

std::vector<float> weights(std::size_t count) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i)
    values[i] = static_cast<float>(i * 2654435761u % 1000) * 7e-5f - 0.035f;
  return values;
}

}  // namespace

PlainDecoder::PlainDecoder(const DecoderConfig& config) : config_(config) {
  const auto width = static_cast<std::size_t>(config.width), ffn = static_cast<std::size_t>(config.ffn);
  const auto cache = static_cast<std::size_t>(config.window) * width;
  for (int i = 0; i < config.layers; ++i) {
    const auto cross = config.has_cross(i) ? width * width : 0;
    layers_.push_back({weights(3 * width * width), weights(width * width), weights(cross), weights(cross),
                       weights(ffn * width), weights(width * ffn), weights(cache), weights(cache),
                       weights(kMemoryRows * width)});
  }
  heads_ = weights(kNoteChoices * width);
  x_.resize(width), normed_.resize(width), qkv_.resize(3 * width), attended_.resize(width),
      hidden_.resize(ffn);
  out_.resize(std::max(width, kNoteChoices)), scores_.resize(static_cast<std::size_t>(config.window));
  out_.resize(width);
}

void PlainDecoder::attend(const std::vector<float>& keys, const std::vector<float>& values, int count) {
  const auto width = static_cast<std::size_t>(config_.width);
  const auto head_width = width / static_cast<std::size_t>(config_.heads);
  const auto rows = static_cast<std::size_t>(count);
  for (std::size_t at = 0; at < width; at += head_width) {
    float largest = -1e30f, sum = 0;
    for (std::size_t s = 0; s < rows; ++s) {
      float score = 0;
      for (std::size_t i = 0; i < head_width; ++i) score += qkv_[at + i] * keys[s * width + at + i];
      scores_[s] = score / std::sqrt(static_cast<float>(head_width));
      largest = std::max(largest, scores_[s]);
    }
    for (std::size_t s = 0; s < rows; ++s) sum += scores_[s] = std::exp(scores_[s] - largest);
    std::fill_n(attended_.begin() + static_cast<std::ptrdiff_t>(at), head_width, 0.f);
    for (std::size_t s = 0; s < rows; ++s)
      for (std::size_t i = 0; i < head_width; ++i)
        attended_[at + i] += scores_[s] / sum * values[s * width + at + i];
  }
}

void PlainDecoder::step(int position) {
  const auto width = static_cast<std::size_t>(config_.width), ffn = static_cast<std::size_t>(config_.ffn);
  std::fill(x_.begin(), x_.end(), 0.1f);
  for (auto& layer : layers_) {
    normalise(normed_, x_);
    multiply(qkv_, layer.qkv, normed_, 3 * width, width);
    const auto slot = static_cast<std::ptrdiff_t>(position % config_.window) * config_.width;
    std::copy_n(qkv_.begin() + config_.width, width, layer.keys.begin() + slot);
    std::copy_n(qkv_.begin() + 2 * config_.width, width, layer.values.begin() + slot);
    attend(layer.keys, layer.values, std::min(position + 1, config_.window));
    multiply(out_, layer.out, attended_, width, width);
    add(x_, out_);
    if (!layer.query.empty()) {
      normalise(normed_, x_);
      multiply(qkv_, layer.query, normed_, width, width);
      attend(layer.memory, layer.memory, static_cast<int>(kMemoryRows));
      multiply(out_, layer.cross_out, attended_, width, width);
      add(x_, out_);
    }
    normalise(normed_, x_);
    multiply(hidden_, layer.up, normed_, ffn, width);
    for (float& value : hidden_) value *= 0.5f * (1.f + std::erf(value * 0.70710678f));
    multiply(out_, layer.down, hidden_, width, ffn);
    add(x_, out_);
  }
  std::vector<float> logits(kNoteChoices);
  multiply(logits, heads_, x_, kNoteChoices, width);
  x_[0] += logits[0];
}

}  // namespace s2m::bench
