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

void add_value(const Table& table, int value, const char* what, Rows x) {
  if (value >= table.entries())
    throw Error("decoder: event", what, "below " + std::to_string(table.entries()), std::to_string(value));
  table.add_to(x, value);
}

// f(row, head) for each row and each head; the workspace's threads share the heads.
template <class F>
void each_row_and_head(const DecoderPass& pass, int heads, F&& f) {
  pass.work.team().share(heads, [&](int first, int end) {
    for (std::size_t row = 0; row < pass.places.size(); ++row)
      for (int head = first; head < end; ++head) f(row, head);
  });
}

// Each event looks back at itself and the window - 1 events before it.
Rows attend_past(const DecoderPass& pass, std::size_t layer, Rows qkv) {
  const auto& first = pass.places.front().piece->past[layer];
  const auto head_width = static_cast<std::size_t>(first.head_width());
  const auto width = qkv.size() / pass.places.size() / 3;
  const auto out = pass.work.floats(qkv.size() / 3);
  const auto scratch = first.scratch(pass.work);
  each_row_and_head(pass, first.heads(), [&](std::size_t row, int head) {
    const auto at = static_cast<std::size_t>(head) * head_width;
    const auto [piece, position] = pass.places[row];
    const auto rotation = pass.rotations.subspan(row * head_width, head_width);
    const auto query = qkv.subspan(3 * row * width + at, head_width);
    const auto key = qkv.subspan((3 * row + 1) * width + at, head_width);
    const auto value = qkv.subspan((3 * row + 2) * width + at, head_width);
    rotate(query, rotation);
    rotate(key, rotation);
    auto& past = piece->past[layer];
    past.set(head, static_cast<int>(position % past.slots()), key, value, scratch.of(head));
    const auto count = static_cast<int>(std::min<std::int64_t>(position + 1, past.slots()));
    past.attend(head, count, query, out.subspan(row * width + at, head_width), scratch.of(head));
  });
  return out;
}

Rows attend_memory(const DecoderPass& pass, std::size_t layer, Rows queries) {
  const auto memory_of = [&](const Place& place) -> const KeyValues& {
    return place.piece->memory->layers[layer];
  };
  const auto& longest = memory_of(*std::max_element(
      pass.places.begin(), pass.places.end(),
      [&](const Place& a, const Place& b) { return memory_of(a).slots() < memory_of(b).slots(); }));
  const auto head_width = static_cast<std::size_t>(longest.head_width());
  const auto width = queries.size() / pass.places.size();
  const auto out = pass.work.floats(queries.size());
  const auto scratch = longest.scratch(pass.work);
  each_row_and_head(pass, longest.heads(), [&](std::size_t row, int head) {
    const auto& memory = memory_of(pass.places[row]);
    const auto at = row * width + static_cast<std::size_t>(head) * head_width;
    memory.attend(head, memory.slots(), queries.subspan(at, head_width), out.subspan(at, head_width),
                  scratch.of(head));
  });
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
  weights.null_memory = bind.floats("memory.null");
  for (int layer = 0; layer < config.layers; ++layer)
    weights.layers.push_back(bind_layer(bind, config, layer));
  weights.final_norm = bind.norm("final_norm", config.norm_epsilon);
  weights.chain_norm = bind.norm("chain_norm", config.norm_epsilon);
  bind.finish();
  weights.cache_type = cache_beside(weights.layers.front().qkv.weight);
  weights.frequencies = rotary_frequencies(config.width / config.heads, config.rope_base);
  return weights;
}

void embed_events(const DecoderWeights& weights, std::span<const std::uint8_t> events, Rows x) {
  const auto width = static_cast<std::size_t>(weights.config.width);
  std::fill(x.begin(), x.end(), 0.f);
  for (std::size_t i = 0; i < x.size() / width; ++i) {
    const auto* event = events.data() + i * kEventBytes;
    const auto row = x.subspan(i * width, width);
    add_value(weights.what.embedding, event[0], "kind beyond the vocabulary", row);
    const auto& fields = weights.fields_of(event[0]);
    for (std::size_t field = 0; field < fields.size(); ++field)
      add_value(fields[field].embedding, event[1 + field], "value beyond its field", row);
  }
}

void apply_layer(const DecoderWeights& weights, int index, const DecoderPass& pass, Rows x) {
  const auto at = static_cast<std::size_t>(index);
  const auto& layer = weights.layers[at];
  auto& work = pass.work;
  const Workspace::Frame frame(work);
  const auto qkv = linear(work, layer.qkv, normalise(work, layer.attention_norm, x));
  add(x, linear(work, layer.attention_out, attend_past(pass, at, qkv)));
  if (layer.cross) {
    const auto query = linear(work, layer.cross->query, normalise(work, layer.cross->norm, x));
    add(x, linear(work, layer.cross->out, attend_memory(pass, at, query)));
  }
  const auto up = linear(work, layer.up, normalise(work, layer.ffn_norm, x));
  add(x, linear(work, layer.down, gelu(up)));
}

std::vector<double> rotary_frequencies(int head_width, float base) {
  std::vector<double> frequencies;
  for (int i = 0; i < head_width / 2; ++i) frequencies.push_back(std::pow(base, -2.0 * i / head_width));
  return frequencies;
}

void rotation_at(std::int64_t position, std::span<const double> frequencies, Rows rotation) {
  for (std::size_t i = 0; i < frequencies.size(); ++i) {
    // In double: a float angle would be off by a thousandth after ten thousand events.
    const double angle = static_cast<double>(position) * frequencies[i];
    rotation[i] = static_cast<float>(std::cos(angle));
    rotation[frequencies.size() + i] = static_cast<float>(std::sin(angle));
  }
}

void rotate(Rows head, std::span<const float> rotation) {
  const auto half = rotation.size() / 2;
  for (std::size_t i = 0; i < half; ++i) {
    const float cosine = rotation[i], sine = rotation[half + i];
    const float first = head[i], second = head[half + i];
    head[i] = first * cosine - second * sine;
    head[half + i] = first * sine + second * cosine;
  }
}

}  // namespace s2m
