#include "nn/encoder_layers.h"

#include <string>
#include <string_view>

#include "base/error.h"
#include "nn/binding.h"

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

// Each row of queries attends to all rows.
Floats attend_all(const KeyValues& rows, const Floats& queries) {
  const auto width = static_cast<std::size_t>(rows.heads * rows.head_width);
  Floats out(queries.size());
  for (std::size_t at = 0; at < queries.size(); at += width)
    attend(rows, rows.slots, {queries.data() + at, width}, {out.data() + at, width});
  return out;
}

KeyValues split_heads(const Floats& keys, const Floats& values, int heads, int width) {
  const auto row_size = static_cast<std::size_t>(width);
  const int rows = static_cast<int>(keys.size() / row_size);
  KeyValues split(heads, rows, width / heads);
  for (int row = 0; row < rows; ++row) {
    const auto at = static_cast<std::size_t>(row) * row_size;
    split.set(row, {keys.data() + at, row_size}, {values.data() + at, row_size});
  }
  return split;
}

}  // namespace

EncoderWeights bind_encoder(const ModelFile& file) {
  EncoderWeights weights;
  weights.config = encoder_config_from_json(file.metadata("config"));
  const auto& config = weights.config;
  Binding bind(file, "encoder", config);
  weights.words = bind.table("embeddings.word_embeddings.weight");
  weights.positions = bind.table("embeddings.position_embeddings.weight");
  weights.token_types = bind.table("embeddings.token_type_embeddings.weight");
  weights.embedding_norm = bind.norm("embeddings.LayerNorm", config.norm_epsilon);
  for (int layer = 0; layer < config.layers; ++layer)
    weights.layers.push_back(bind_layer(bind, "encoder.layer." + std::to_string(layer), config.norm_epsilon));
  if (config.projection > 0) {
    weights.projection = bind.linear("emotion.projection");
    weights.valence_arousal = bind.linear("emotion.valence_arousal");
    weights.labels = bind.linear("emotion.labels");
  }
  bind.finish(kTolerated);
  return weights;
}

Floats embed_tokens(const EncoderWeights& weights, std::span<const std::int32_t> ids) {
  const auto& config = weights.config;
  Floats x;
  int position = config.padding_id;
  for (const auto id : ids) {
    if (id < 0 || id >= config.vocabulary)
      throw Error("encoder: token id", "beyond the vocabulary", "below " + std::to_string(config.vocabulary),
                  std::to_string(id));
    if (id == config.padding_id) continue;
    if (++position >= config.positions)
      throw Error("encoder", "too many tokens", "at most " + std::to_string(config.max_tokens()),
                  std::to_string(ids.size()));
    const auto word = weights.words.row(id);
    const auto at = x.insert(x.end(), word.begin(), word.end());
    const std::span row(at, word.size());
    add(row, weights.positions.row(position));
    add(row, weights.token_types.row(0));
  }
  if (x.empty()) throw Error("encoder", "no tokens to read");
  return normalise(weights.embedding_norm, x);
}

Floats apply_layer(const EncoderLayer& layer, int heads, Floats x) {
  const auto past = split_heads(linear(layer.key, x), linear(layer.value, x), heads, layer.key.rows);
  add(x, linear(layer.attention_out, attend_all(past, linear(layer.query, x))));
  x = normalise(layer.attention_norm, x);
  add(x, linear(layer.down, gelu(linear(layer.up, x))));
  return normalise(layer.out_norm, x);
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
