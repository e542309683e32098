#include "story2midi/nn/encoder_layers.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <string_view>

#include "story2midi/base/error.h"
#include "story2midi/nn/binding.h"
#include "story2midi/nn/kernels/kernels.h"

namespace s2m {
namespace {

constexpr std::string_view kTolerated[] = {"embeddings.position_ids", "embeddings.token_type_ids", "pooler.",
                                           "lm_head.", "mlm."};

EncoderLayer bind_layer(Binding& bind, const std::string& at, float epsilon) {
  return {.query = bind.linear(at + ".attention.self.query"),
          .key = bind.linear(at + ".attention.self.key"),
          .value = bind.linear(at + ".attention.self.value"),
          .attention_out = bind.linear(at + ".attention.output.dense"),
          .attention_norm = bind.norm(at + ".attention.output.LayerNorm", epsilon),
          .up = bind.linear(at + ".intermediate.dense"),
          .down = bind.linear(at + ".output.dense"),
          .out_norm = bind.norm(at + ".output.LayerNorm", epsilon)};
}

RelativeBias bind_relative_bias(Binding& bind, const EncoderConfig& config) {
  if (config.relative_buckets == 0) return {};
  const auto table = bind.floats("encoder.relative_attention_bias.weight");  // buckets x heads
  RelativeBias bias{config.max_tokens(), {}};
  for (int head = 0; head < config.heads; ++head)
    for (int offset = 1 - bias.reach; offset < bias.reach; ++offset)
      bias.values.push_back(
          table[static_cast<std::size_t>(relative_bucket(offset, config) * config.heads + head)]);
  return bias;
}

// One head of attention of every row to all rows; q, k, v, out: rows x width, the head's numbers from `at`
// on.
struct Head {
  std::size_t at, size, width;
  const float* bias;  // RelativeBias::of_head

  void attend(Workspace& work, Rows q, Rows k, Rows v, Rows out) const {
    const Workspace::Frame frame(work);
    const auto rows = q.size() / width;
    const auto count = static_cast<int>(rows), part = static_cast<int>(size);
    const auto keys = work.floats(static_cast<std::size_t>(round_up(count, kPanelRows)) * size),
               values = work.floats(static_cast<std::size_t>(round_up(part, kPanelRows)) * rows),
               scores = work.floats(static_cast<std::size_t>(round_up(count, kLanes)) * rows);
    for (std::size_t first = 0; first < rows; first += kPanelRows) {
      float* const panel = keys.data() + panel_offset(static_cast<int>(first), part);
      for (std::size_t i = 0; i < size; ++i)
        for (std::size_t row = first; row < std::min(rows, first + kPanelRows); ++row)
          panel[i * kPanelRows + row - first] = k[row * width + at + i];
    }
    for (std::size_t i = 0; i < size; i += kPanelRows) {
      float* const panel = values.data() + panel_offset(static_cast<int>(i), count);
      for (std::size_t row = 0; row < rows; ++row)
        std::copy_n(v.data() + row * width + at + i, std::min<std::size_t>(size - i, kPanelRows),
                    panel + row * kPanelRows);
    }
    kernels().attend({.keys = keys.data(),
                      .values = values.data(),
                      .queries = q.data() + at,
                      .scores = scores.data(),
                      .out = out.data() + at,
                      .slots = count,
                      .count = count,
                      .width = part,
                      .query_count = count,
                      .query_stride = static_cast<int>(width),
                      .bias = bias});
  }
};

struct Projected {
  Rows q, k, v;
};

Rows attend_all(const EncoderWeights& weights, Workspace& work, const Projected& x,
                std::span<const std::size_t> ends) {
  const auto out = work.floats(x.q.size());
  const auto width = static_cast<std::size_t>(weights.config.width);
  const auto size = width / static_cast<std::size_t>(weights.config.heads);
  std::size_t first = 0;
  for (const std::size_t end : ends) {
    const auto of_text = [&](Rows rows) { return rows.subspan(first * width, (end - first) * width); };
    for (int head = 0; head < weights.config.heads; ++head)
      Head{static_cast<std::size_t>(head) * size, size, width, weights.relative_bias.of_head(head)}.attend(
          work, of_text(x.q), of_text(x.k), of_text(x.v), of_text(out));
    first = end;
  }
  return out;
}

}  // namespace

EncoderWeights bind_encoder(const ModelFile& file) {
  EncoderWeights weights;
  const std::string& written = file.metadata("config");
  weights.config = naming(file.path().string(), [&] { return encoder_config_from_json(written); });
  const auto& config = weights.config;
  Binding bind(file, "encoder", config);
  weights.words = bind.table("embeddings.word_embeddings.weight");
  weights.positions = bind.table("embeddings.position_embeddings.weight");
  if (config.token_types > 0) weights.token_types = bind.table("embeddings.token_type_embeddings.weight");
  weights.embedding_norm = bind.norm("embeddings.LayerNorm", config.norm_epsilon);
  weights.relative_bias = bind_relative_bias(bind, config);
  for (int layer = 0; layer < config.layers; ++layer)
    weights.layers.push_back(bind_layer(bind, "encoder.layer." + std::to_string(layer), config.norm_epsilon));
  if (config.projection > 0) {
    weights.projection = bind.linear("emotion.projection");
    weights.valence_arousal = bind.linear("emotion.valence_arousal");
    weights.labels = bind.linear("emotion.labels");
    if (config.uncertainty == 1) weights.uncertainty = bind.linear("emotion.uncertainty");
  }
  bind.finish(kTolerated);
  return weights;
}

TextRows embed_tokens(const EncoderWeights& weights, std::span<const TokenIds> texts, Workspace& work) {
  const auto& config = weights.config;
  const auto width = static_cast<std::size_t>(config.width);
  std::size_t most = 0, rows = 0;
  for (const TokenIds ids : texts) most += ids.size();
  const auto x = work.floats(most * width);
  std::fill(x.begin(), x.end(), 0.f);
  std::vector<std::size_t> ends;
  for (const TokenIds ids : texts) {
    int position = config.first_position - 1;
    for (const auto id : ids) {
      if (id < 0 || id >= config.vocabulary)
        throw Error("encoder: token id", "beyond the vocabulary",
                    "below " + std::to_string(config.vocabulary), std::to_string(id));
      if (id == config.padding_id) continue;
      if (++position >= config.positions)
        throw Error("encoder", "too many tokens", "at most " + std::to_string(config.max_tokens()),
                    std::to_string(ids.size()));
      const auto row = x.subspan(rows++ * width, width);
      weights.words.add_to(row, id);
      weights.positions.add_to(row, position);
      if (config.token_types > 0) weights.token_types.add_to(row, 0);
    }
    if (position < config.first_position) throw Error("encoder", "no tokens to read");
    ends.push_back(rows);
  }
  return {normalise(work, weights.embedding_norm, x.first(rows * width)), std::move(ends)};
}

int relative_bucket(int offset, const EncoderConfig& config) {
  const int half = config.relative_buckets / 2, exact = half / 2, distance = std::abs(offset);
  const int first = offset > 0 ? half : 0;
  if (distance < exact) return first + distance;
  const float octaves = std::log(static_cast<float>(distance) / static_cast<float>(exact)) /
                        std::log(static_cast<float>(config.relative_distance) / static_cast<float>(exact));
  return first + std::min(half - 1, exact + static_cast<int>(octaves * static_cast<float>(half - exact)));
}

void apply_layer(const EncoderWeights& weights, int index, Workspace& work, const TextRows& texts) {
  const Rows x = texts.x;
  const auto& layer = weights.layers[static_cast<std::size_t>(index)];
  const Workspace::Frame frame(work);
  const auto inputs = inputs_of(work, layer.query, x);
  const auto of_x = [&](const Linear& map) {  // rounded once, unless a file mixes types
    const bool alike = map.weight.panels.index() == layer.query.weight.panels.index();
    return alike ? linear(work, map, inputs) : linear(work, map, x);
  };
  const Projected projected{of_x(layer.query), of_x(layer.key), of_x(layer.value)};
  add(x, linear(work, layer.attention_out, attend_all(weights, work, projected, texts.ends)));
  normalise(layer.attention_norm, x, x);
  add(x, linear(work, layer.down, gelu(linear(work, layer.up, x))));
  normalise(layer.out_norm, x, x);
}

Floats mean_row(std::span<const float> x, int width) {
  const auto row_size = static_cast<std::size_t>(width);
  const auto rows = x.size() / row_size;
  Floats mean(row_size);
  for (std::size_t at = 0; at < x.size(); at += row_size) add(mean, x.subspan(at, row_size));
  for (float& value : mean) value /= static_cast<float>(rows);
  return mean;
}

}  // namespace s2m
