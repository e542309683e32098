#include "train/encoder/encoder_task.h"

#include <ATen/ATen.h>

#include <nlohmann/json.hpp>

#include "story2midi/base/checksum.h"
#include "story2midi/base/error.h"
#include "story2midi/nn/manifest.h"
#include "train/encoder/encoder_local_start.h"
#include "train/encoder/encoder_tensors.h"
#include "train/encoder/encoder_word_vectors.h"
#include "train/loop/checkpoint.h"

namespace s2m::train {
namespace {

using at::Tensor;

constexpr std::int64_t kValidationBatches = 24;

MaskingOptions longer(MaskingOptions masking) {
  masking.length *= 2;
  masking.rows /= 2;
  ++masking.seed;
  return masking;
}

}  // namespace

EncoderPretraining::EncoderPretraining(const std::filesystem::path& shards, const BytePairEncoder& vocabulary,
                                       const PretrainingOptions& options)
    : options_(options),
      vocabulary_(vocabulary),
      train_shard_(shards / "train.text"),
      valid_shard_(shards / "valid.text"),
      short_rows_(train_shard_.ids(), vocabulary, options.masking),
      long_rows_(train_shard_.ids(), vocabulary, longer(options.masking)),
      held_out_(valid_shard_.ids(), vocabulary, options.masking),
      model_(options.config, options.masking.seed) {
  const at::NoGradGuard no_grad;
  const auto& config = options_.config;
  model_.set_bias(log_frequencies(train_shard_.ids(), config.vocabulary));
  if (!options_.start.empty()) {
    load_start(options_.start, model_.encoder());
    return;
  }
  if (options_.local_start) start_local(model_.encoder());
  if (!options_.word_vectors) return;
  Tensor vectors = word_vectors(train_shard_.ids(), config.vocabulary, config.width);
  if (!options_.lexicon.empty()) mark_valence(vectors, vocabulary_, Lexicon(options_.lexicon));
  Tensor embeddings = model_.encoder().parameter("embeddings.word_embeddings.weight");
  embeddings.copy_(vectors);
}

Task EncoderPretraining::task() {
  nlohmann::json config{{"encoder", nlohmann::json::parse(to_json(options_.config))},
                        {"rows", options_.masking.rows},
                        {"length", options_.masking.length},
                        {"rate", options_.masking.rate},
                        {"long_every", options_.long_every},
                        {"train_ids", train_shard_.ids().size()}};
  return {"encoder-pretrain",
          &model_.module(),
          [this](std::int64_t number) { return step(number); },
          [this] { return validate(); },
          [this](const std::string& path) { export_encoder(model_.encoder(), {vocabulary_}, path); },
          config.dump()};
}

StepResult EncoderPretraining::step(std::int64_t number) {
  const bool is_long = options_.long_every > 0 && number % options_.long_every == options_.long_every - 1;
  return learn(is_long ? long_rows_ : short_rows_, number);
}

StepResult EncoderPretraining::learn(const MaskedText& text, std::int64_t number) {
  const at::Device device = device_of(model_.encoder());
  const MaskedBatch batch = text.batch(number);
  const Tensor tokens = tensor_of(batch.tokens, device).view({-1, text.options().length});
  const Tensor targets = tensor_of(batch.targets, device);
  const Tensor states = model_.encoder().states(tokens).flatten(0, 1);
  const Tensor logits = model_.logits(states.index_select(0, tensor_of(batch.places, device)));
  StepResult result{
      at::cross_entropy_loss(logits, targets), static_cast<std::int64_t>(batch.tokens.size()), {}};
  result.figures["accuracy"] = (logits.detach().argmax(1) == targets).to(at::kFloat).mean().item<double>();
  return result;
}

Figures EncoderPretraining::validate() {
  Figures sums;
  for (std::int64_t i = 0; i < kValidationBatches; ++i) {
    const StepResult result = learn(held_out_, i);
    sums["loss"] += result.loss.item<double>() / kValidationBatches;
    sums["accuracy"] += result.figures.at("accuracy") / kValidationBatches;
  }
  return sums;
}

TrainedEncoder load_encoder(const std::filesystem::path& path) {
  const ModelFile file(path);
  auto encoder = std::make_shared<EncoderModule>(encoder_config_from_json(file.metadata("config")), 1);
  load_weights(path, *encoder);
  const auto found = file.metadata().find(kFingerprintKey);
  return {std::move(encoder), text_input_of(file),
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
  const bool same = theirs.projection == ours.projection && theirs.head_inputs() == ours.head_inputs() &&
                    theirs.scales == ours.scales;
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

void export_encoder(const EncoderModule& encoder, const TextInput& input, const std::filesystem::path& path,
                    DataType type, const std::string& fingerprint) {
  const auto weights = weights_of(encoder);
  auto metadata = input.vocabulary.metadata();
  metadata["kind"] = "encoder";
  metadata["config"] = to_json(encoder.config());
  metadata[kFingerprintKey] = fingerprint.empty() ? fingerprint_of(weights) : fingerprint;
  if (input.lexicon) metadata["lexicon"] = input.lexicon->lines();
  save_model(path, metadata, weights, type);
}

}  // namespace s2m::train
