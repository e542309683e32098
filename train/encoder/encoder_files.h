// Files of text encoders in training: what training starts from, and what it writes.
#pragma once

#include <filesystem>
#include <memory>
#include <span>

#include "story2midi/nn/config.h"
#include "story2midi/nn/model_file.h"
#include "story2midi/tokenizers/tokenizer.h"
#include "train/modules/encoder_module.h"

namespace s2m::train {

// What a deployable file holds.
struct TrainedEncoder {
  std::shared_ptr<EncoderModule> encoder;
  Tokenizer tokenizer;
  // kFingerprintKey; empty where the file has none, and for weights that were changed since.
  std::string fingerprint = {};
};
// Throws Error when the file holds no encoder, or not all of it.
TrainedEncoder load_encoder(const std::filesystem::path& path);
// The mean of the weights of encoders that were trained in several ways from one start: as good as their
// vote, for the price of one (model soups, Wortsman et al. 2022). A file given twice counts twice. The
// vocabulary is the first's. Throws Error as above, without files, and for one of another
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

// Writes the deployable file: weights by nn/parameters.h, and in its metadata configuration, vocabulary and fingerprint.
// An empty `fingerprint` stands for that of these weights.
void export_encoder(const EncoderModule& encoder, const Tokenizer& tokenizer,
                    const std::filesystem::path& path, DataType type = DataType::kF32,
                    const std::string& fingerprint = {});

}  // namespace s2m::train
