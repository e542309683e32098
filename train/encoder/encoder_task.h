// Pre-training of the text encoder by masked language modelling.
#pragma once

#include <filesystem>
#include <memory>
#include <span>

#include "story2midi/nn/config.h"
#include "story2midi/nn/model_file.h"
#include "story2midi/reading/text_input.h"
#include "train/data/text_masking.h"
#include "train/data/text_shard.h"
#include "train/loop/task.h"
#include "train/modules/encoder_module.h"

namespace s2m::train {

struct PretrainingOptions {
  EncoderConfig config;
  MaskingOptions masking;
  // Every N-th batch has rows of twice the length and half their number; 0: none.
  int long_every = 4;
  bool word_vectors = true;  // start from counts of neighbours
  // VADER's word list, whose valences those vectors then hold (mark_valence); empty: none.
  std::filesystem::path lexicon;
  bool local_start = true;  // start_local
  // A model file to go on from, by its weights, in place of both starts; the head of masked words begins
  // anew.
  std::filesystem::path start;
};

// Masked-language-model training over the shards that build_text_shards wrote. The figures: masked loss
// (nats) and accuracy. Exports the encoder with its vocabulary. Keep it alive while its task is used.
class EncoderPretraining {
 public:
  EncoderPretraining(const std::filesystem::path& shards, const BytePairEncoder& vocabulary,
                     const PretrainingOptions& options);
  void set_activations(torch::ScalarType type) { model_.encoder().activations = type; }
  Task task();

 private:
  StepResult learn(const MaskedText& text, std::int64_t number);
  StepResult step(std::int64_t number);
  Figures validate();

  PretrainingOptions options_;
  BytePairEncoder vocabulary_;
  TextShard train_shard_, valid_shard_;
  MaskedText short_rows_, long_rows_, held_out_;
  MaskedLanguageModel model_;
};

// What a deployable file holds.
struct TrainedEncoder {
  std::shared_ptr<EncoderModule> encoder;
  TextInput input;
  std::string
      fingerprint;  // kFingerprintKey; empty where the file has none, and for weights that were changed since
};
// Throws Error when the file holds no encoder, or not all of it.
TrainedEncoder load_encoder(const std::filesystem::path& path);
// The mean of the weights of encoders that were trained in several ways from one start: as good as their
// vote, for the price of one (model soups, Wortsman et al. 2022). A file given twice counts twice. The
// vocabulary and word list are the first's. Throws Error as above, without files, and for one of another
// shape than the first's.
TrainedEncoder average_weights(std::span<const std::filesystem::path> paths);
// Moves all weights but the emotion heads by `share` of the way back to those of the file that training
// started from: what was learned by heart goes first (Wortsman et al. 2022, "Robust fine-tuning"). Throws
// Error.
void interpolate_towards(EncoderModule& encoder, const std::filesystem::path& start, double share);

// The shape of an encoder that emotion training starts from, with emotion heads of the usual size where it
// has none (an imported one). Throws Error when the file holds no encoder.
EncoderConfig start_config(const ModelFile& start);
// Sets an encoder's weights to those of the file that emotion training starts from; heads of another shape
// than the file's stay as they were drawn. Throws Error.
void load_start(const std::filesystem::path& start, EncoderModule& encoder);

// A checksum of the weights' names and fp32 values, in hexadecimal digits.
std::string fingerprint_of(const std::vector<NamedTensor>& weights);

// Writes the deployable file: weights by nn/parameters.h, and in its metadata configuration, vocabulary, word
// list and fingerprint. An empty `fingerprint` stands for that of these weights.
void export_encoder(const EncoderModule& encoder, const TextInput& input, const std::filesystem::path& path,
                    DataType type = DataType::kF32, const std::string& fingerprint = {});

}  // namespace s2m::train
