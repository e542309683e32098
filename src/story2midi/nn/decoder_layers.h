// The decoder's weights, memory, cache and blocks: a causal, pre-norm Transformer over compound events with
// rotary positions (Su et al. 2021) and cross-attention to a story's memory, as plain structs and functions
// over rows.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "story2midi/nn/binding.h"
#include "story2midi/nn/config.h"
#include "story2midi/nn/key_values.h"
#include "story2midi/nn/layers.h"
#include "story2midi/nn/model_file.h"
#include "story2midi/nn/rotary.h"

namespace s2m {

// An event in bytes: its kind, then the values of its fields in chain order; the rest is not read.
inline constexpr std::size_t kEventBytes = 16;

// Every block's work is in two parts of a fixed cut, whose outputs are added in this order: half of the heads each, half
// of the feed-forward network's inner numbers each. The cut decides which numbers share an int8 scale, so it belongs to
// the bytes of the music.
inline constexpr std::size_t kParts = 2;
// What part `part` has of `count` things.
Range part_of(int count, std::size_t part);

struct CrossAttention {
  struct Part {
    Linear query;  // its heads x width
    Linear out;    // width x its heads
  };
  Norm norm;
  Linear memory;  // 2 width x memory_width: keys, then values
  std::array<Part, kParts> parts;
};

struct DecoderLayer {
  struct Attention {
    Linear qkv;  // 3 times its heads x width: queries, keys, values
    Linear out;  // width x its heads
  };
  struct FeedForward {
    Linear up;    // its inner numbers x width
    Linear down;  // width x its inner numbers
  };
  Norm attention_norm;
  std::array<Attention, kParts> attention;
  std::optional<CrossAttention> cross;
  Norm ffn_norm;
  std::array<FeedForward, kParts> ffn;
};

// A field of an event: what it adds to the input, and how it is chosen.
struct DecoderField {
  Table embedding;  // size x width
  Linear head;      // size x width
};

struct DecoderWeights {
  DecoderConfig config;
  DecoderField kind;
  std::vector<std::vector<DecoderField>> fields;  // by list
  Floats null_memory;                             // one row of memory_width
  std::vector<DecoderLayer> layers;
  Norm final_norm, chain_norm;
  RotaryPositions rotary;
  CacheType cache_type = CacheType::kF32;  // as the weights are
  // The fields that follow a kind.
  const std::vector<DecoderField>& fields_of(int kind) const;
};

// A passage as the layers with cross-attention see it.
struct DecoderMemory {
  std::vector<KeyValues> layers;  // one a layer; empty where it has no cross-attention
};

// One piece in the making; copying it forks the piece.
struct DecoderState {
  std::shared_ptr<const DecoderMemory> memory;  // may be exchanged between events: the story goes on
  std::vector<KeyValues> past;                  // one a layer; event p stands in slot p % window
  std::int64_t position = 0;                    // of the next event
  Floats hidden;                                // h after the last event
  Workspace work;
};

// The event that a row of a pass stands for. Rows of one piece follow each other.
struct Place {
  DecoderState* piece;
  std::int64_t position;
};

// Rows that go through the blocks together: events of one piece, or one event each of many pieces. Each row
// is computed by itself: the same bytes in any company.
struct DecoderPass {
  Workspace& work;
  std::span<const Place> places;     // one a row
  std::span<const float> rotations;  // rows x head_width: cosines, then sines
};

// Throws Error for a parameter that is missing or of another shape, and a tensor that is no parameter.
DecoderWeights bind_decoder(const ModelFile& file, const LowRankChanges& changes = {});

// Throws Error for a value beyond its field.
void check_events(const DecoderWeights& weights, std::span<const std::uint8_t> events);
// x = sums of the fields' embeddings, a row an event; of events that are checked.
void embed_events(const DecoderWeights& weights, std::span<const std::uint8_t> events, Rows x);
// Layer `index` over the rows x, in place; leaves their keys and values in the pieces' caches.
void apply_layer(const DecoderWeights& weights, int index, DecoderPass& pass, Rows x);

}  // namespace s2m
