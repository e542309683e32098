#include "train/encoder/encoder_files.h"

#include <ATen/ATen.h>

#include "story2midi/base/checksum.h"
#include "story2midi/base/error.h"
#include "story2midi/nn/manifest.h"
#include "train/loop/checkpoint.h"

namespace s2m::train {
TrainedEncoder load_encoder(const std::filesystem::path& path) {
  const ModelFile file(path);
  auto encoder = std::make_shared<EncoderModule>(encoder_config_from_json(file.metadata("config")), 1);
  load_weights(path, *encoder);
  const auto found = file.metadata().find(kFingerprintKey);
  return {std::move(encoder), tokenizer_of(file.metadata(), path.string()),
          found == file.metadata().end() ? std::string() : found->second};
}

TrainedEncoder average_weights(std::span<const std::filesystem::path> paths) {
  if (paths.empty()) throw Error("encoders", "none given", "one or more", {});
  const at::NoGradGuard no_grad;
  TrainedEncoder mean = load_encoder(paths.front());
  if (paths.size() == 1) return mean;
  mean.fingerprint.clear();
  auto parameters = mean.encoder->named_parameters();
  for (const auto& path : paths.subspan(1)) {
    const TrainedEncoder other = load_encoder(path);
    if (other.encoder->config() != mean.encoder->config())
      throw Error(path.string(), "another shape", to_json(mean.encoder->config()),
                  to_json(other.encoder->config()));
    for (auto& item : other.encoder->named_parameters()) parameters[item.key()].add_(item.value());
  }
  for (auto& item : parameters) item.value().div_(static_cast<double>(paths.size()));
  return mean;
}

void interpolate_towards(EncoderModule& encoder, const std::filesystem::path& start, double share) {
  const at::NoGradGuard no_grad;
  const ModelFile file(start);
  for (auto& item : encoder.named_parameters()) {
    if (item.key().starts_with("emotion.")) continue;
    const auto values = file.floats(item.key(), item.value().sizes().vec());
    item.value().lerp_(at::tensor(values).view(item.value().sizes()), share);
  }
}

EncoderConfig start_config(const ModelFile& start) {
  if (start.metadata("kind") != "encoder")
    throw Error(start.path().string(), "another kind of network", "encoder", start.metadata("kind"));
  auto config = encoder_config_from_json(start.metadata("config"));
  if (config.projection == 0) config.projection = EncoderConfig{}.projection;
  return config;
}

void load_start(const std::filesystem::path& start, EncoderModule& encoder) {
  const auto theirs = encoder_config_from_json(ModelFile(start).metadata("config")), ours = encoder.config();
  const bool same =
      theirs.projection == ours.projection && theirs.width == ours.width && theirs.scales == ours.scales;
  load_weights(start, encoder, same ? "" : "emotion.");
}

std::string fingerprint_of(const std::vector<NamedTensor>& weights) {
  std::string sums;
  for (const auto& [name, shape, values] : weights)
    sums += name + ' ' +
            to_hex(checksum_of(std::span(reinterpret_cast<const std::uint8_t*>(values.data()),
                                         values.size() * sizeof(float)))) +
            '\n';
  return to_hex(checksum_of(sums));
}

void export_encoder(const EncoderModule& encoder, const Tokenizer& tokenizer,
                    const std::filesystem::path& path, DataType type, const std::string& fingerprint) {
  const auto weights = weights_of(encoder);
  auto metadata = tokenizer.metadata();
  metadata["kind"] = "encoder";
  metadata["config"] = to_json(encoder.config());
  metadata[kFingerprintKey] = fingerprint.empty() ? fingerprint_of(weights) : fingerprint;
  save_model(path, metadata, weights, type);
}

}  // namespace s2m::train
