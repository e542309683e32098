#include "story2midi/nn/encoder.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "story2midi/base/error.h"
#include "story2midi/base/parallel.h"
#include "story2midi/nn/encoder_layers.h"

namespace s2m {
namespace {

Floats unit_length(Rows from) {
  Floats x(from.begin(), from.end());
  double squares = 0;
  for (const float value : x) squares += static_cast<double>(value) * value;
  const auto scale = static_cast<float>(1.0 / std::max(std::sqrt(squares), 1e-12));
  for (float& value : x) value *= scale;
  return x;
}

Floats sigmoid(Rows from) {
  Floats x(from.begin(), from.end());
  for (float& value : x) value = 1.f / (1.f + std::exp(-value));
  return x;
}

void read_emotion(const EncoderWeights& weights, Workspace& work, EncoderOutput& output) {
  for (const float value : linear(work, weights.valence_arousal, output.pooled))
    output.on_scales.push_back(std::tanh(value));
  output.valence = output.on_scales[0];
  output.arousal = output.on_scales[1];
  if (weights.config.uncertainty == 1)
    for (const float value : linear(work, weights.uncertainty, output.pooled))
      output.deviations.push_back(std::exp(value));
  output.label_probabilities = sigmoid(linear(work, weights.labels, output.pooled));
  output.projection = unit_length(linear(work, weights.projection, output.pooled));
}

// Calls f(i, workspace) for i from 0 to count - 1, each thread in a workspace of its own.
template <class F>
void share_out(std::size_t count, int threads, F&& f) {
  std::vector<Workspace> workspaces(std::min(count, thread_count(threads)));
  in_parallel(count, {.threads = threads}, [&](std::size_t i, std::size_t thread) {
    const Workspace::Frame frame(workspaces[thread]);
    f(i, workspaces[thread]);
  });
}

EncoderOutput output_of(const EncoderWeights& weights, Workspace& work, Rows states) {
  EncoderOutput output;
  output.pooled = mean_row(states, weights.config.width);
  output.states.assign(states.begin(), states.end());
  if (weights.config.projection > 0) read_emotion(weights, work, output);
  return output;
}

Rows rows_of(const ReadingPart& part, Rows all, int width) {
  const auto row = static_cast<std::size_t>(width);
  if (part.first >= part.last || part.last * row > all.size())
    throw Error("encoder", "a part is not within the reading", std::to_string(all.size() / row) + " tokens",
                std::to_string(part.first) + " to " + std::to_string(part.last));
  return all.subspan(part.first * row, (part.last - part.first) * row);
}

std::vector<EncoderOutput> outputs_of(const EncoderWeights& weights, std::span<const std::int32_t> ids,
                                      std::span<const ReadingPart> parts, Workspace& work) {
  const int width = weights.config.width;
  const auto x = embed_tokens(weights, ids, work);
  for (int layer = 0; layer < weights.config.layers; ++layer) apply_layer(weights, layer, work, x);
  std::vector<EncoderOutput> outputs;
  for (const auto& part : parts) outputs.push_back(output_of(weights, work, rows_of(part, x, width)));
  return outputs;
}

// All of a passage, padding left out.
EncoderOutput output_of(const EncoderWeights& weights, std::span<const std::int32_t> ids, Workspace& work) {
  const auto tokens =
      ids.size() - static_cast<std::size_t>(std::ranges::count(ids, weights.config.padding_id));
  const std::array<ReadingPart, 1> whole{{{0, tokens}}};
  return std::move(outputs_of(weights, ids, whole, work).front());
}

}  // namespace

Encoder::Encoder(const ModelFile& file)
    : weights_(as_kind(ErrorKind::kBrokenModel,
                       [&] { return std::make_shared<const EncoderWeights>(bind_encoder(file)); })) {}

const EncoderConfig& Encoder::config() const { return weights_->config; }

EncoderOutput Encoder::read(std::span<const std::int32_t> ids) const {
  Workspace work;
  return output_of(*weights_, ids, work);
}

std::vector<EncoderOutput> Encoder::read(std::span<const std::vector<std::int32_t>> passages,
                                         int threads) const {
  std::vector<EncoderOutput> outputs(passages.size());
  share_out(passages.size(), threads,
            [&](std::size_t i, Workspace& work) { outputs[i] = output_of(*weights_, passages[i], work); });
  return outputs;
}

std::vector<std::vector<EncoderOutput>> Encoder::read(std::span<const SharedReading> readings,
                                                      int threads) const {
  std::vector<std::vector<EncoderOutput>> outputs(readings.size());
  share_out(readings.size(), threads, [&](std::size_t i, Workspace& work) {
    outputs[i] = outputs_of(*weights_, readings[i].ids, readings[i].parts, work);
  });
  return outputs;
}

}  // namespace s2m
