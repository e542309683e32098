// Shapes of the two networks. Together with parameters.h this is their definition.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace s2m {

// A post-norm Transformer encoder with learned positions and exact erf GELU: RoBERTa (Liu et al. 2019), BERT
// (Devlin et al. 2019) and MPNet (Song et al. 2020), which differ in the members below.
struct EncoderConfig {
  int vocabulary = 16384;
  int width = 256;
  int layers = 6;
  int heads = 4;
  int ffn = 1024;
  int positions = 258;  // rows of the position table: the longest passage plus first_position
  // Row of the first token: padding_id + 1 in RoBERTa and MPNet, 0 in BERT.
  int first_position = 2;
  int token_types = 1;  // 0: the network has no table of token types
  // MPNet's relative position bias, one table of buckets for all layers (Raffel et al. 2020); 0: none. Beyond
  // relative_distance tokens all distances share a bucket.
  int relative_buckets = 0;
  int relative_distance = 128;
  int padding_id = 1;
  float norm_epsilon = 1e-5f;
  int projection = 128;  // width of the contrastive head; 0: no emotion heads
  int labels = 28;       // GoEmotions
  int uncertainty = 0;   // 1: a head for the standard deviations of valence and arousal on the common scale
  int scales = 1;        // pairs of valence and arousal: the common scale, then those of sets (ReadingScale)
  int max_tokens() const { return positions - first_position; }
  bool operator==(const EncoderConfig&) const = default;
};

// A causal, pre-norm Transformer with rotary positions over compound events, cross-attention to a story
// memory in every `cross_every`-th layer, and a chain of heads that writes the next event field by field.
struct DecoderConfig {
  int width = 384;
  int layers = 6;
  int heads = 6;
  int ffn = 1536;
  int cross_every = 2;     // layers 1, 3, 5, ... (counted from 0) attend to the memory
  int memory_width = 256;  // the encoder's width
  int window = 1024;       // events that attention reaches back
  float rope_base = 10000.f;
  float norm_epsilon = 1e-5f;
  // The event language (events/event.h writes these; nn only needs the sizes). An event is a kind and the fields of its kind.
  using Fields = std::vector<std::pair<std::string, int>>;  // name, size, in chain order
  std::vector<Fields> fields;                               // lists, which kinds may share
  std::vector<std::pair<std::string, int>> kinds;  // name; its list of fields, counted from 1; 0: it has none
  int start_kind = 0;                              // the first input of every piece
  int unknown_list = 0;  // the list, counted from 1, whose value 0 means "unknown"; 0: none
  // The list of fields of a kind, counted from 0; -1: none.
  int list_of(int kind) const { return kinds[static_cast<std::size_t>(kind)].second - 1; }
  bool has_cross(int layer) const { return cross_every > 0 && layer % cross_every == cross_every - 1; }
  bool operator==(const DecoderConfig&) const = default;
};

std::string to_json(const EncoderConfig& config);
std::string to_json(const DecoderConfig& config);
// Throw Error for JSON that is broken, lacks a member or holds impossible sizes.
EncoderConfig encoder_config_from_json(std::string_view json);
DecoderConfig decoder_config_from_json(std::string_view json);

}  // namespace s2m
