#include "story2midi/nn/encoder.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "story2midi/base/error.h"
#include "story2midi/base/parallel.h"
#include "story2midi/nn/encoder_layers.h"

namespace s2m {
namespace {

// Of short texts that share the passes over the weights, which else are read from memory for each.
constexpr std::size_t kTokensAtOnce = 256;

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

using Outputs = std::vector<EncoderOutput>;

// Readings that share the passes over the weights, and where their outputs go.
void read_together(const EncoderWeights& weights, std::span<const SharedReading> readings,
                   std::span<Outputs> outputs, Workspace& work) {
  std::vector<TokenIds> ids;
  for (const auto& reading : readings) ids.push_back(reading.ids);
  const auto rows = embed_tokens(weights, ids, work);
  for (int layer = 0; layer < weights.config.layers; ++layer) apply_layer(weights, layer, work, rows);
  const auto width = static_cast<std::size_t>(weights.config.width);
  std::size_t first = 0;
  for (std::size_t i = 0; i < readings.size(); first = rows.ends[i++]) {
    const Rows own = rows.x.subspan(first * width, (rows.ends[i] - first) * width);
    for (const auto& part : readings[i].parts)
      outputs[i].push_back(output_of(weights, work, rows_of(part, own, weights.config.width)));
  }
}

// Where groups of readings end: each has as many as fit kTokensAtOnce, or fewer, so that every thread has one.
std::vector<std::size_t> group_ends(std::span<const SharedReading> readings, int threads) {
  std::size_t all = 0;
  for (const auto& reading : readings) all += reading.ids.size();
  const auto most = std::min(kTokensAtOnce, all / thread_count(threads) + 1);
  std::vector<std::size_t> ends;
  std::size_t tokens = 0;
  for (std::size_t i = 0; i < readings.size(); ++i) {
    if (tokens > 0 && tokens + readings[i].ids.size() > most) {
      ends.push_back(i);
      tokens = 0;
    }
    tokens += readings[i].ids.size();
  }
  if (!readings.empty()) ends.push_back(readings.size());
  return ends;
}

// All of a passage, padding left out.
SharedReading whole(const EncoderConfig& config, TokenIds ids) {
  const auto padding = static_cast<std::size_t>(std::ranges::count(ids, config.padding_id));
  return {{ids.begin(), ids.end()}, {{0, ids.size() - padding}}};
}

}  // namespace

Encoder::Encoder(const ModelFile& file)
    : weights_(as_kind(ErrorKind::kBrokenModel,
                       [&] { return std::make_shared<const EncoderWeights>(bind_encoder(file)); })) {}

const EncoderConfig& Encoder::config() const { return weights_->config; }

EncoderOutput Encoder::read(std::span<const std::int32_t> ids) const {
  const std::array readings{whole(config(), ids)};
  return std::move(read(readings, 1).front().front());
}

std::vector<EncoderOutput> Encoder::read(std::span<const std::vector<std::int32_t>> passages,
                                         int threads) const {
  std::vector<SharedReading> readings;
  for (const auto& ids : passages) readings.push_back(whole(config(), ids));
  std::vector<EncoderOutput> outputs;
  for (auto& of_passage : read(readings, threads)) outputs.push_back(std::move(of_passage.front()));
  return outputs;
}

std::vector<std::vector<EncoderOutput>> Encoder::read(std::span<const SharedReading> readings,
                                                      int threads) const {
  std::vector<Outputs> outputs(readings.size());
  const auto ends = group_ends(readings, threads);
  share_out(ends.size(), threads, [&](std::size_t i, Workspace& work) {
    const std::size_t first = i == 0 ? 0 : ends[i - 1], count = ends[i] - first;
    read_together(*weights_, readings.subspan(first, count), std::span(outputs).subspan(first, count), work);
  });
  return outputs;
}

}  // namespace s2m
