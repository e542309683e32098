#include "train/encoder_task.h"

#include <torch/torch.h>

#include <nlohmann/json.hpp>

#include "nn/model_file.h"
#include "train/checkpoint.h"
#include "train/encoder_word_vectors.h"

namespace s2m::train {
namespace {

using torch::Tensor;

constexpr std::int64_t kValidationBatches = 24;

Tensor to_tensor(const std::vector<std::int64_t>& values, const torch::Device& device) {
  return torch::tensor(values, torch::kLong).to(device);
}

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
  torch::NoGradGuard no_grad;
  const auto& config = options_.config;
  model_.set_bias(log_frequencies(train_shard_.ids(), config.vocabulary));
  if (!options_.word_vectors) return;
  const Tensor vectors = word_vectors(train_shard_.ids(), config.vocabulary, config.width);
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
          [this](const std::string& path) { export_encoder(model_.encoder(), vocabulary_, path); },
          config.dump()};
}

StepResult EncoderPretraining::step(std::int64_t number) {
  const bool is_long = options_.long_every > 0 && number % options_.long_every == options_.long_every - 1;
  return learn(is_long ? long_rows_ : short_rows_, number);
}

StepResult EncoderPretraining::learn(const MaskedText& text, std::int64_t number) {
  const torch::Device device = model_.encoder().parameter("embeddings.word_embeddings.weight").device();
  const MaskedBatch batch = text.batch(number);
  const Tensor tokens = to_tensor(batch.tokens, device).view({-1, text.options().length});
  const Tensor targets = to_tensor(batch.targets, device);
  const Tensor states = model_.encoder().states(tokens).flatten(0, 1);
  const Tensor logits = model_.logits(states.index_select(0, to_tensor(batch.places, device)));
  StepResult result{torch::nn::functional::cross_entropy(logits, targets),
                    static_cast<std::int64_t>(batch.tokens.size()),
                    {}};
  result.figures["accuracy"] = (logits.detach().argmax(1) == targets).to(torch::kFloat).mean().item<double>();
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

void export_encoder(const EncoderModule& encoder, const BytePairEncoder& vocabulary,
                    const std::filesystem::path& path) {
  save_model(path,
             {{"kind", "encoder"},
              {"config", to_json(encoder.config())},
              {"vocab", vocabulary.vocab_json()},
              {"merges", vocabulary.merges_txt()}},
             weights_of(encoder), DataType::kF32);
}

}  // namespace s2m::train
