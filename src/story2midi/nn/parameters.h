// The table of parameters of each network: names (LibTorch's dotted ones) and shapes, in one fixed order.
// The trainer's modules, the model file and the forward passes all follow it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "story2midi/nn/config.h"

namespace s2m {

using Shape = std::vector<std::int64_t>;

// f(const std::string& name, const Shape& shape) for each parameter.
template <class F>
void visit_parameters(const EncoderConfig& c, F&& f) {
  const auto linear = [&](const std::string& name, std::int64_t out, std::int64_t in) {
    f(name + ".weight", Shape{out, in});
    f(name + ".bias", Shape{out});
  };
  const auto norm = [&](const std::string& name) {
    f(name + ".weight", Shape{c.width});
    f(name + ".bias", Shape{c.width});
  };
  f("embeddings.word_embeddings.weight", Shape{c.vocabulary, c.width});
  f("embeddings.position_embeddings.weight", Shape{c.positions, c.width});
  if (c.token_types > 0) f("embeddings.token_type_embeddings.weight", Shape{c.token_types, c.width});
  norm("embeddings.LayerNorm");
  if (c.relative_buckets > 0) f("encoder.relative_attention_bias.weight", Shape{c.relative_buckets, c.heads});
  for (int layer = 0; layer < c.layers; ++layer) {
    const std::string at = "encoder.layer." + std::to_string(layer);
    linear(at + ".attention.self.query", c.width, c.width);
    linear(at + ".attention.self.key", c.width, c.width);
    linear(at + ".attention.self.value", c.width, c.width);
    linear(at + ".attention.output.dense", c.width, c.width);
    norm(at + ".attention.output.LayerNorm");
    linear(at + ".intermediate.dense", c.ffn, c.width);
    linear(at + ".output.dense", c.width, c.ffn);
    norm(at + ".output.LayerNorm");
  }
  if (c.projection == 0) return;
  linear("emotion.projection", c.projection, c.width);
  linear("emotion.valence_arousal", 2 * c.scales, c.width);
  linear("emotion.labels", c.labels, c.width);
  if (c.uncertainty == 1) linear("emotion.uncertainty", 2, c.width);  // logarithms of standard deviations
}

template <class F>
void visit_parameters(const DecoderConfig& c, F&& f) {
  const auto norm = [&](const std::string& name) {
    f(name + ".weight", Shape{c.width});
    f(name + ".bias", Shape{c.width});
  };
  const auto head = [&](const std::string& name, int size) {
    f("head." + name + ".weight", Shape{size, c.width});
    f("head." + name + ".bias", Shape{size});
  };
  const auto kinds = static_cast<int>(c.kinds.size());
  f("embed.kind.weight", Shape{kinds, c.width});
  for (const auto& list : c.fields)
    for (const auto& [name, size] : list) f("embed." + name + ".weight", Shape{size, c.width});
  f("memory.null", Shape{1, c.memory_width});  // what stands where there is no text
  for (int layer = 0; layer < c.layers; ++layer) {
    const std::string at = "layers." + std::to_string(layer);
    norm(at + ".attention_norm");
    f(at + ".attention.qkv.weight", Shape{3 * c.width, c.width});  // rows: queries, keys, values
    f(at + ".attention.out.weight", Shape{c.width, c.width});
    if (c.has_cross(layer)) {
      norm(at + ".cross_norm");
      f(at + ".cross.query.weight", Shape{c.width, c.width});
      f(at + ".cross.memory.weight", Shape{2 * c.width, c.memory_width});  // rows: keys, values
      f(at + ".cross.out.weight", Shape{c.width, c.width});
    }
    norm(at + ".ffn_norm");
    f(at + ".ffn.up.weight", Shape{c.ffn, c.width});
    f(at + ".ffn.down.weight", Shape{c.width, c.ffn});
  }
  norm("final_norm");
  norm("chain_norm");  // of h + the embeddings of the fields already chosen, before each field's head
  head("kind", kinds);
  for (const auto& list : c.fields)
    for (const auto& [name, size] : list) head(name, size);
}

}  // namespace s2m
