// The encoder's weights and blocks: RoBERTa (Liu et al. 2019) as plain structs and functions over rows of
// tokens.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "story2midi/nn/config.h"
#include "story2midi/nn/layers.h"
#include "story2midi/nn/model_file.h"

namespace s2m {

struct EncoderLayer {
  Linear query, key, value;  // width x width each
  Linear attention_out;
  Norm attention_norm;
  Linear up;    // ffn x width
  Linear down;  // width x ffn
  Norm out_norm;
};

struct EncoderWeights {
  EncoderConfig config;
  Table words, positions, token_types;
  Norm embedding_norm;
  std::vector<EncoderLayer> layers;
  Linear projection, valence_arousal, labels;  // empty where config.projection is 0
};

// Binds every parameter. Beside them a file may carry what RoBERTa files have and this network does not read:
// the buffers "embeddings.position_ids" and "embeddings.token_type_ids", the heads "pooler." and "lm_head.",
// and the pre-training head "mlm.". Throws Error for any other tensor.
EncoderWeights bind_encoder(const ModelFile& file);

// Rows of the tokens that are no padding, positions counted from config.first_position. Throws Error for ids beyond
// the vocabulary, more tokens than the network has positions, and none at all.
Rows embed_tokens(const EncoderWeights& weights, std::span<const std::int32_t> ids, Workspace& work);
// One block over the rows x, in place: attention of every row to all rows, then the feed-forward network,
// each normed after its sum.
void apply_layer(const EncoderLayer& layer, int heads, Workspace& work, Rows x);
// The mean row.
Floats mean_row(std::span<const float> x, int width);

}  // namespace s2m
