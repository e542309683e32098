// The encoder's weights and blocks: a post-norm Transformer as plain structs and functions over rows of
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

// What attention adds to a score by how far the key stands from the query.
struct RelativeBias {
  int reach = 0;  // tokens; 0: nothing is added
  Floats values;  // heads x (2 reach - 1): of key minus query from 1 - reach on
  // Of key minus query 0, or null.
  const float* of_head(int head) const {
    return reach == 0 ? nullptr
                      : values.data() + static_cast<std::ptrdiff_t>(head) * (2 * reach - 1) + reach - 1;
  }
};

struct EncoderWeights {
  EncoderConfig config;
  Table words, positions, token_types;
  Norm embedding_norm;
  RelativeBias relative_bias;  // of all layers
  std::vector<EncoderLayer> layers;
  // Empty where config.projection is 0, the last one where config.uncertainty is.
  Linear projection, valence_arousal, labels, uncertainty;
};

// Binds every parameter. Beside them a file may carry what RoBERTa files have and this network does not read:
// the buffers "embeddings.position_ids" and "embeddings.token_type_ids", the heads "pooler." and "lm_head.",
// and the pre-training head "mlm.". Throws Error for any other tensor.
EncoderWeights bind_encoder(const ModelFile& file);

// Texts that share the passes over the weights: their rows, one text behind the other, and where each text ends.
struct TextRows {
  Rows x;
  std::vector<std::size_t> ends;
};
using TokenIds = std::span<const std::int32_t>;
// Rows of the tokens that are no padding, positions counted from config.first_position in each text. Throws Error for
// ids beyond the vocabulary, more tokens than the network has positions, and a text without any.
TextRows embed_tokens(const EncoderWeights& weights, std::span<const TokenIds> texts, Workspace& work);
// The bucket of key minus query (Raffel et al. 2020, section 2.1): half of them are for keys behind the query;
// of each half, the first half are single distances, and the rest grow with their logarithm up to
// config.relative_distance.
int relative_bucket(int offset, const EncoderConfig& config);
// One block over the rows, in place: attention of every row to all rows of its text, then the feed-forward network,
// each normed after its sum. A text's rows get the same bytes beside any other texts.
void apply_layer(const EncoderWeights& weights, int index, Workspace& work, const TextRows& texts);
// The mean row.
Floats mean_row(std::span<const float> x, int width);

}  // namespace s2m
