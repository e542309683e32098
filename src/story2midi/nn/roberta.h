// RoBERTa (Liu et al. 2019) as Hugging Face's files hold it, and its way into a model file of ours.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/base/progress.h"
#include "story2midi/nn/config.h"
#include "story2midi/nn/model_file.h"

namespace s2m {

// What config.json says, as an encoder without emotion heads. Throws Error naming `where` and the member for
// what is missing or impossible, and for what is no RoBERTa: another model_type, hidden_act (the exact GELU
// is "gelu") or position_embedding_type, a decoder.
EncoderConfig roberta_config(std::string_view config_json, const std::string& where);

// A RoBERTa that was found whole, ready to be written.
struct Roberta {
  EncoderConfig config;
  std::filesystem::path weights;     // the file
  std::string prefix;                // of the encoder's tensors in it: "roberta." or nothing
  std::vector<LateTensor> tensors;   // the encoder's parameters, by our names, in our order
  std::vector<std::string> ignored;  // tensors of the file that are no part of the encoder
  std::uint64_t parameters() const;
};

// Sorts a file's tensors. Every parameter must be there, in its shape, as F32, F16 or BF16. Ignored is what
// stands outside "embeddings." and "encoder." (the heads: "lm_head.", "classifier.", "pooler.", ...), and the
// buffers "embeddings.position_ids" and "embeddings.token_type_ids". Any other tensor in there would change
// what the encoder computes. Throws Error naming file and tensor.
Roberta sort_roberta(const ModelFile& weights, const EncoderConfig& config);

// From a folder's config.json and model.safetensors. Throws Error, also for weights that come as a pickle or
// in several files.
Roberta open_roberta(const std::filesystem::path& folder);

struct RobertaSaveOptions {
  std::string vocab_json, merges_txt;  // the texts of those files
  DataType type = DataType::kF32;
  Progress progress;  // counts values
};

// Writes our model file, tensor by tensor: never more than the largest stands in memory. Throws Error, also
// where `path` is the file of weights itself.
void save_roberta(const Roberta& roberta, const std::filesystem::path& path,
                  const RobertaSaveOptions& options);

}  // namespace s2m
