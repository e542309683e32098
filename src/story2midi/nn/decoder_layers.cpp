#include "story2midi/nn/decoder_layers.h"

#include <algorithm>
#include <string>

#include "story2midi/base/error.h"
#include "story2midi/nn/binding.h"

namespace s2m {
namespace {

// Outputs or inputs that belong to a part's heads, of those from `first` on.
Range heads_of(const DecoderConfig& config, std::size_t part, int first = 0) {
  const int head_width = config.width / config.heads;
  const auto heads = part_of(config.heads, part);
  return {first + heads.first * head_width, first + heads.end * head_width};
}

CrossAttention bind_cross(Binding& bind, const DecoderConfig& config, const std::string& at) {
  CrossAttention cross{
      bind.norm(at + ".cross_norm", config.norm_epsilon), bind.linear(at + ".cross.memory"), {}};
  const Range all{0, config.width};
  for (std::size_t part = 0; part < kParts; ++part) {
    const auto heads = heads_of(config, part);
    cross.parts[part] = {.query = bind.linear(at + ".cross.query", {{heads}, all}),
                         .out = bind.linear(at + ".cross.out", {{all}, heads})};
  }
  return cross;
}

DecoderLayer bind_layer(Binding& bind, const DecoderConfig& config, int index) {
  const std::string at = "layers." + std::to_string(index);
  DecoderLayer layer;
  layer.attention_norm = bind.norm(at + ".attention_norm", config.norm_epsilon);
  if (config.has_cross(index)) layer.cross = bind_cross(bind, config, at);
  layer.ffn_norm = bind.norm(at + ".ffn_norm", config.norm_epsilon);
  const Range all{0, config.width};
  for (std::size_t part = 0; part < kParts; ++part) {
    const auto heads = heads_of(config, part), inner = part_of(config.ffn, part);
    const auto keys = heads_of(config, part, config.width), values = heads_of(config, part, 2 * config.width);
    layer.attention[part] = {.qkv = bind.linear(at + ".attention.qkv", {{heads, keys, values}, all}),
                             .out = bind.linear(at + ".attention.out", {{all}, heads})};
    auto& [up, down] = layer.ffn[part] = {.up = bind.linear(at + ".ffn.up", {{inner}, all}),
                                          .down = bind.linear(at + ".ffn.down", {{all}, inner})};
    up.weight.bypass_l2 = down.weight.bypass_l2 = true;  // the larger half, so that the smaller one stays
  }
  return layer;
}

DecoderField bind_field(Binding& bind, const std::string& name) {
  return {bind.table("embed." + name + ".weight"), bind.linear("head." + name)};
}

void check_value(const Table& table, int value, const char* what) {
  if (value >= table.entries())
    throw Error("decoder: event", what, "below " + std::to_string(table.entries()), std::to_string(value));
}

// x += what the parts of a block make of x, normed: block(part, normed, sum). `reader` is what multiplies the
// normed rows.
template <class Block>
void add_block(DecoderPass& pass, const Norm& norm, const Linear& reader, Rows x, Block&& block) {
  auto& work = pass.work;
  const Workspace::Frame frame(work);
  const auto normed = inputs_of(work, reader, normalise(work, norm, x));
  const auto sums = work.floats(kParts * x.size());
  const auto sum_of = [&](std::size_t part) { return sums.subspan(part * x.size(), x.size()); };
  for (std::size_t part = 0; part < kParts; ++part) block(part, normed, sum_of(part));
  for (std::size_t part = 0; part < kParts; ++part) add(x, sum_of(part));
}

// Each event looks back at itself and the window - 1 events before it.
Rows attend_past(const DecoderPass& pass, std::size_t layer, std::size_t part, Rows qkv) {
  const auto& some = pass.places.front().piece->past[layer];
  const auto head_width = static_cast<std::size_t>(some.head_width());
  const auto width = qkv.size() / pass.places.size() / 3;  // of the part's heads
  const auto out = pass.work.floats(qkv.size() / 3);
  const auto scratch = some.scratch(pass.work);
  const int first_head = part_of(some.heads(), part).first;
  for (std::size_t row = 0; row < pass.places.size(); ++row) {
    const auto [piece, position] = pass.places[row];
    const auto rotation = pass.rotations.subspan(row * head_width, head_width);
    const auto queries = qkv.subspan(3 * row * width, width),
               keys = qkv.subspan((3 * row + 1) * width, width),
               values = qkv.subspan((3 * row + 2) * width, width);
    for (std::size_t at = 0; at < width; at += head_width) {
      rotate(queries.subspan(at, head_width), rotation);
      rotate(keys.subspan(at, head_width), rotation);
    }
    auto& past = piece->past[layer];
    past.set(first_head, static_cast<int>(position % past.slots()), keys, values, scratch);
    const auto count = static_cast<int>(std::min<std::int64_t>(position + 1, past.slots()));
    past.attend(first_head, count, queries, out.subspan(row * width, width), scratch);
  }
  return out;
}

Rows attend_memory(const DecoderPass& pass, std::size_t layer, std::size_t part, Rows queries) {
  const auto memory_of = [&](const Place& place) -> const KeyValues& {
    return place.piece->memory->layers[layer];
  };
  const auto& longest = memory_of(*std::max_element(
      pass.places.begin(), pass.places.end(),
      [&](const Place& a, const Place& b) { return memory_of(a).slots() < memory_of(b).slots(); }));
  const auto width = queries.size() / pass.places.size();
  const auto out = pass.work.floats(queries.size());
  const auto scratch = longest.scratch(pass.work);
  const int first_head = part_of(longest.heads(), part).first;
  for (std::size_t row = 0; row < pass.places.size(); ++row) {
    const auto& memory = memory_of(pass.places[row]);
    memory.attend(first_head, memory.slots(), queries.subspan(row * width, width),
                  out.subspan(row * width, width), scratch);
  }
  return out;
}

}  // namespace

Range part_of(int count, std::size_t part) {
  const auto until = [&](std::size_t parts) {
    return static_cast<int>(static_cast<std::size_t>(count) * parts / kParts);
  };
  return {until(part), until(part + 1)};
}

const std::vector<DecoderField>& DecoderWeights::fields_of(int of_kind) const {
  static const std::vector<DecoderField> none;
  const int list = config.list_of(of_kind);
  return list < 0 ? none : fields[static_cast<std::size_t>(list)];
}

DecoderWeights bind_decoder(const ModelFile& file, const LowRankChanges& changes) {
  DecoderWeights weights;
  const std::string& written = file.metadata("config");
  weights.config = naming(file.path().string(), [&] { return decoder_config_from_json(written); });
  const auto& config = weights.config;
  Binding bind(file, "decoder", config, changes);
  weights.kind = bind_field(bind, "kind");
  for (const auto& list : config.fields) {
    auto& bound = weights.fields.emplace_back();
    for (const auto& [name, size] : list) bound.push_back(bind_field(bind, name));
  }
  weights.null_memory = bind.floats("memory.null");
  for (int layer = 0; layer < config.layers; ++layer)
    weights.layers.push_back(bind_layer(bind, config, layer));
  weights.final_norm = bind.norm("final_norm", config.norm_epsilon);
  weights.chain_norm = bind.norm("chain_norm", config.norm_epsilon);
  bind.finish();
  weights.cache_type = cache_beside(weights.kind.head.weight);
  weights.rotary = RotaryPositions(config.width / config.heads, config.rope_base);
  return weights;
}

void check_events(const DecoderWeights& weights, std::span<const std::uint8_t> events) {
  for (; !events.empty(); events = events.subspan(kEventBytes)) {
    check_value(weights.kind.embedding, events[0], "kind beyond the vocabulary");
    const auto& fields = weights.fields_of(events[0]);
    for (std::size_t field = 0; field < fields.size(); ++field)
      check_value(fields[field].embedding, events[1 + field], "value beyond its field");
  }
}

void embed_events(const DecoderWeights& weights, std::span<const std::uint8_t> events, Rows x) {
  const auto width = static_cast<std::size_t>(weights.config.width);
  std::fill(x.begin(), x.end(), 0.f);
  for (std::size_t i = 0; i < x.size() / width; ++i) {
    const auto* event = events.data() + i * kEventBytes;
    const auto row = x.subspan(i * width, width);
    weights.kind.embedding.add_to(row, event[0]);
    const auto& fields = weights.fields_of(event[0]);
    for (std::size_t field = 0; field < fields.size(); ++field)
      fields[field].embedding.add_to(row, event[1 + field]);
  }
}

void apply_layer(const DecoderWeights& weights, int index, DecoderPass& pass, Rows x) {
  const auto at = static_cast<std::size_t>(index);
  const auto& layer = weights.layers[at];
  auto& work = pass.work;
  using Part = std::size_t;
  add_block(pass, layer.attention_norm, layer.attention[0].qkv, x,
            [&](Part part, const Inputs& normed, Rows sum) {
              const auto& [qkv, out] = layer.attention[part];
              const auto mixed = attend_past(pass, at, part, linear(work, qkv, normed));
              linear(out, inputs_of(work, out, mixed), sum);
            });
  if (layer.cross)
    add_block(pass, layer.cross->norm, layer.cross->parts[0].query, x,
              [&](Part part, const Inputs& normed, Rows sum) {
                const auto& [query, out] = layer.cross->parts[part];
                const auto mixed = attend_memory(pass, at, part, linear(work, query, normed));
                linear(out, inputs_of(work, out, mixed), sum);
              });
  add_block(pass, layer.ffn_norm, layer.ffn[0].up, x, [&](Part part, const Inputs& normed, Rows sum) {
    const auto& [up, down] = layer.ffn[part];
    linear(down, inputs_of(work, down, gelu(linear(work, up, normed))), sum);
  });
}

}  // namespace s2m
