// Text encoders as Hugging Face's files hold them (RoBERTa, BERT, MPNet, DistilBERT), and their way into a
// model file of ours.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/base/progress.h"
#include "story2midi/nn/config.h"
#include "story2midi/nn/model_file.h"

namespace s2m {

struct HuggingFaceConfig {
  std::string family;     // model_type
  EncoderConfig encoder;  // without emotion heads
};

// What config.json says. Throws Error naming `where` and the member for what is missing or impossible, and
// for what is none of the families: another model_type, activation (the exact GELU is "gelu") or
// position_embedding_type, a decoder.
HuggingFaceConfig hugging_face_config(std::string_view config_json, const std::string& where);

// An encoder that was found whole, ready to be written.
struct HuggingFaceEncoder {
  HuggingFaceConfig config;
  std::filesystem::path weights;     // the file
  std::string prefix;                // of the encoder's tensors in it: "roberta.", "bert.", ... or nothing
  std::vector<LateTensor> tensors;   // the encoder's parameters, by our names, in our order
  std::vector<std::string> ignored;  // tensors of the file that are no part of the encoder
  std::uint64_t parameters() const;
};

// Sorts a file's tensors. Every parameter must be there, in its shape, as F32, F16 or BF16. Ignored is what
// stands outside the embeddings and the layers (the heads: "lm_head.", "classifier.", "pooler.", ...), and
// the buffers "embeddings.position_ids" and "embeddings.token_type_ids". Any other tensor in there would
// change what the encoder computes. Throws Error naming file and tensor.
HuggingFaceEncoder sort_hugging_face(const ModelFile& weights, const HuggingFaceConfig& config);

// From a folder's config.json and model.safetensors. Throws Error, also for weights that come as a pickle or
// in several files.
HuggingFaceEncoder open_hugging_face(const std::filesystem::path& folder);

struct HuggingFaceSaveOptions {
  std::map<std::string, std::string> tokenizer;  // what the model file's metadata says of it
  DataType type = DataType::kF32;
  Progress progress;  // counts values
};

// Writes our model file, tensor by tensor: never more than the largest stands in memory. Throws Error, also
// where `path` is the file of weights itself.
void save_hugging_face(const HuggingFaceEncoder& encoder, const std::filesystem::path& path,
                       const HuggingFaceSaveOptions& options);

}  // namespace s2m
