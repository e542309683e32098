#include "nn/decoder_layers.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.h"
#include "nn/binding.h"

namespace s2m {
namespace {

CrossAttention bind_cross(Binding& bind, const std::string& at, float epsilon) {
  return {.norm = bind.norm(at + ".cross_norm", epsilon),
          .query = bind.linear(at + ".cross.query"),
          .memory = bind.linear(at + ".cross.memory"),
          .out = bind.linear(at + ".cross.out")};
}

DecoderLayer bind_layer(Binding& bind, const DecoderConfig& config, int index) {
  const std::string at = "layers." + std::to_string(index);
  DecoderLayer layer{.attention_norm = bind.norm(at + ".attention_norm", config.norm_epsilon),
                     .qkv = bind.linear(at + ".attention.qkv"),
                     .attention_out = bind.linear(at + ".attention.out"),
                     .cross = std::nullopt,
                     .ffn_norm = bind.norm(at + ".ffn_norm", config.norm_epsilon),
                     .up = bind.linear(at + ".ffn.up"),
                     .down = bind.linear(at + ".ffn.down")};
  if (config.has_cross(index)) layer.cross = bind_cross(bind, at, config.norm_epsilon);
  return layer;
}

DecoderField bind_field(Binding& bind, const std::string& name) {
  return {bind.table("embed." + name + ".weight"), bind.linear("head." + name)};
}

void check_value(int value, const Table& table, const char* what) {
  const auto size = table.weight.size() / static_cast<std::size_t>(table.width);
  if (static_cast<std::size_t>(value) >= size)
    throw Error("decoder: event", what, "below " + std::to_string(size), std::to_string(value));
}

// Each event looks back at itself and the window - 1 events before it.
Floats attend_past(const DecoderWeights& weights, KeyValues& past, std::int64_t position, Floats qkv) {
  const auto width = static_cast<std::size_t>(weights.config.width);
  Floats out(qkv.size() / 3);
  for (std::size_t at = 0; at < out.size(); at += width, ++position) {
    const auto row = std::span(qkv).subspan(3 * at, 3 * width);
    rotate(row.first(2 * width), weights.frequencies, position);  // queries and keys
    past.set(static_cast<int>(position % past.slots), row.subspan(width, width), row.last(width));
    const auto count = static_cast<int>(std::min<std::int64_t>(position + 1, past.slots));
    attend(past, count, row.first(width), std::span(out).subspan(at, width));
  }
  return out;
}

Floats attend_memory(const KeyValues& memory, const Floats& queries) {
  const auto width = static_cast<std::size_t>(memory.heads * memory.head_width);
  Floats out(queries.size());
  for (std::size_t at = 0; at < queries.size(); at += width)
    attend(memory, memory.slots, {queries.data() + at, width}, {out.data() + at, width});
  return out;
}

}  // namespace

const std::vector<DecoderField>& DecoderWeights::fields_of(int what_value) const {
  static const std::vector<DecoderField> none;
  if (what_value < config.positions) return note_fields;
  return what_value == config.bar_id ? bar_fields : none;
}

DecoderWeights bind_decoder(const ModelFile& file) {
  DecoderWeights weights;
  weights.config = decoder_config_from_json(file.metadata("config"));
  const auto& config = weights.config;
  Binding bind(file, "decoder", config);
  weights.what = bind_field(bind, "what");
  for (const auto& [name, size] : config.note_fields) weights.note_fields.push_back(bind_field(bind, name));
  for (const auto& [name, size] : config.bar_fields) weights.bar_fields.push_back(bind_field(bind, name));
  weights.null_memory = bind.table("memory.null").weight;
  for (int layer = 0; layer < config.layers; ++layer)
    weights.layers.push_back(bind_layer(bind, config, layer));
  weights.final_norm = bind.norm("final_norm", config.norm_epsilon);
  weights.chain_norm = bind.norm("chain_norm", config.norm_epsilon);
  bind.finish();
  weights.frequencies = rotary_frequencies(config.width / config.heads, config.rope_base);
  return weights;
}

Floats embed_events(const DecoderWeights& weights, std::span<const std::uint8_t> events) {
  if (events.size() % kEventBytes != 0)
    throw Error("decoder: events", "not whole events", "ten bytes each", std::to_string(events.size()));
  Floats x;
  for (std::size_t at = 0; at < events.size(); at += kEventBytes) {
    check_value(events[at], weights.what.embedding, "kind beyond the vocabulary");
    const auto what = weights.what.embedding.row(events[at]);
    const std::span row(x.insert(x.end(), what.begin(), what.end()), what.size());
    const auto& fields = weights.fields_of(events[at]);
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const auto value = events[at + 1 + i];
      check_value(value, fields[i].embedding, "value beyond its field");
      add(row, fields[i].embedding.row(value));
    }
  }
  return x;
}

Floats apply_layer(const DecoderWeights& weights, int index, DecoderState& state, Floats x) {
  const auto at = static_cast<std::size_t>(index);
  const auto& layer = weights.layers[at];
  auto qkv = linear(layer.qkv, normalise(layer.attention_norm, x));
  add(x, linear(layer.attention_out, attend_past(weights, state.past[at], state.position, std::move(qkv))));
  if (layer.cross) {
    const auto query = linear(layer.cross->query, normalise(layer.cross->norm, x));
    add(x, linear(layer.cross->out, attend_memory(state.memory->layers[at], query)));
  }
  add(x, linear(layer.down, gelu(linear(layer.up, normalise(layer.ffn_norm, x)))));
  return x;
}

std::vector<double> rotary_frequencies(int head_width, float base) {
  std::vector<double> frequencies;
  for (int i = 0; i < head_width / 2; ++i) frequencies.push_back(std::pow(base, -2.0 * i / head_width));
  return frequencies;
}

void rotate(std::span<float> heads, std::span<const double> frequencies, std::int64_t position) {
  const auto half = frequencies.size();
  for (std::size_t i = 0; i < half; ++i) {
    // In double: a float angle would be off by a thousandth after ten thousand events.
    const double angle = static_cast<double>(position) * frequencies[i];
    const auto cosine = static_cast<float>(std::cos(angle)), sine = static_cast<float>(std::sin(angle));
    for (std::size_t at = i; at < heads.size(); at += 2 * half) {
      const float first = heads[at], second = heads[at + half];
      heads[at] = first * cosine - second * sine;
      heads[at + half] = first * sine + second * cosine;
    }
  }
}

}  // namespace s2m
