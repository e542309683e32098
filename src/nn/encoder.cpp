#include "nn/encoder.h"

#include <atomic>
#include <cmath>
#include <exception>
#include <thread>

#include "nn/encoder_layers.h"

namespace s2m {
namespace {

Floats unit_length(Floats x) {
  double squares = 0;
  for (const float value : x) squares += static_cast<double>(value) * value;
  const auto scale = static_cast<float>(1.0 / std::max(std::sqrt(squares), 1e-12));
  for (float& value : x) value *= scale;
  return x;
}

Floats sigmoid(Floats x) {
  for (float& value : x) value = 1.f / (1.f + std::exp(-value));
  return x;
}

void read_emotion(const EncoderWeights& weights, EncoderOutput& output) {
  const auto valence_arousal = linear(weights.valence_arousal, output.pooled);
  output.valence = std::tanh(valence_arousal[0]);
  output.arousal = std::tanh(valence_arousal[1]);
  output.label_probabilities = sigmoid(linear(weights.labels, output.pooled));
  output.projection = unit_length(linear(weights.projection, output.pooled));
}

// Calls f(0), ..., f(count - 1), whoever is free next; the first of the calls that threw throws again here.
template <class F>
void share_out(std::size_t count, int threads, F&& f) {
  std::vector<std::exception_ptr> failures(count);
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i; (i = next++) < count;) {
      try {
        f(i);
      } catch (...) {
        failures[i] = std::current_exception();
      }
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (int i = 1; i < threads && static_cast<std::size_t>(i) < count; ++i) helpers.emplace_back(work);
    work();
  }
  for (const auto& failure : failures)
    if (failure) std::rethrow_exception(failure);
}

}  // namespace

Encoder::Encoder(const ModelFile& file)
    : weights_(std::make_shared<const EncoderWeights>(bind_encoder(file))) {}

const EncoderConfig& Encoder::config() const { return weights_->config; }

EncoderOutput Encoder::read(std::span<const std::int32_t> ids) const {
  auto x = embed_tokens(*weights_, ids);
  for (const auto& layer : weights_->layers) x = apply_layer(layer, config().heads, std::move(x));
  EncoderOutput output;
  output.pooled = mean_row(x, config().width);
  output.states = std::move(x);
  if (config().projection > 0) read_emotion(*weights_, output);
  return output;
}

std::vector<EncoderOutput> Encoder::read(std::span<const std::vector<std::int32_t>> passages,
                                         int threads) const {
  std::vector<EncoderOutput> outputs(passages.size());
  share_out(passages.size(), threads, [&](std::size_t i) { outputs[i] = read(passages[i]); });
  return outputs;
}

}  // namespace s2m
