#include "train/encoder/encoder_emotion.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "train/encoder/encoder_files.h"
#include "train/encoder/encoder_tensors.h"

namespace s2m::train {
namespace {

using at::Tensor;

constexpr double kRareLabel = -3.2;  // logit of a label that one text in 25 has
constexpr double kSharpness = 4;     // of the side of zero: a point at .5 is sure to 88 %

// Predicted and target points of the rows of one part, on the common scale, compared on both axes. EmoBank's
// readers kept to the middle of their scale: there only the correlation counts, so that its small numbers do
// not pull the others' down.
Tensor part_loss(EmotionPart part, const Tensor& predicted, const Tensor& target) {
  const auto compare = part == EmotionPart::kEmobank ? correlation_loss : concordance_loss;
  return compare(predicted.select(1, 0), target.select(1, 0)) +
         compare(predicted.select(1, 1), target.select(1, 1));
}

Tensor columns(const std::vector<ValenceArousal>& points, const at::Device& device) {
  std::vector<float> values;
  for (const ValenceArousal& point : points) {
    values.push_back(static_cast<float>(point.valence));
    values.push_back(static_cast<float>(point.arousal));
  }
  return at::tensor(values).view({-1, 2}).to(device);
}

// On the common scale, and on the parts' own where there are heads for them.
Tensor points_loss(const EmotionBatch& batch, const Tensor& predicted) {
  std::vector<std::vector<std::int64_t>> rows(kEmotionParts + 1);  // the last: of pairs
  for (std::size_t i = 0; i < batch.points.size(); ++i)
    rows[static_cast<std::size_t>(batch.parts[i])].push_back(static_cast<std::int64_t>(i));
  const Tensor target = columns(batch.points, predicted.device()),
               own = columns(batch.own, predicted.device());
  Tensor loss = at::zeros({}, predicted.options());
  for (std::int64_t part = 0; part < kEmotionParts; ++part) {
    const auto& here = rows[static_cast<std::size_t>(part)];
    if (here.size() < 4) continue;
    const Tensor which = tensor_of(here, predicted.device()), these = predicted.index_select(0, which);
    loss = loss +
           part_loss(static_cast<EmotionPart>(part), these.narrow(1, 0, 2), target.index_select(0, which));
    if (part > 0 && these.size(1) > 2)
      loss = loss +
             part_loss(EmotionPart::kCategories, these.narrow(1, 2 * part, 2), own.index_select(0, which));
  }
  return loss / kEmotionParts;
}

Tensor labels_loss(const EmotionBatch& batch, const Tensor& logits) {
  std::vector<std::int64_t> which;
  for (std::size_t i = 0; i < batch.texts.size(); ++i)
    if (!batch.texts[i]->labels.empty()) which.push_back(static_cast<std::int64_t>(i));
  if (which.empty()) return at::zeros({}, logits.options());
  Tensor target = at::zeros({static_cast<std::int64_t>(which.size()), logits.size(1)});
  for (std::size_t i = 0; i < which.size(); ++i)
    for (const int label : batch.texts[static_cast<std::size_t>(which[i])]->labels)
      target.data_ptr<float>()[static_cast<std::int64_t>(i) * logits.size(1) + label] = 1;
  return at::binary_cross_entropy_with_logits(logits.index_select(0, tensor_of(which, logits.device())),
                                              target.to(logits.device()));
}

// The share of the learning rate of a parameter.
double rate_of(const std::string& name, const EncoderConfig& config, const EmotionTrainingOptions& options) {
  static constexpr std::string_view kLayer = "encoder.layer.";
  if (name.starts_with("emotion.")) return options.head_rate;
  const int below =
      name.starts_with(kLayer) ? config.layers - 1 - std::atoi(name.c_str() + kLayer.size()) : config.layers;
  return std::pow(options.layer_decay, below);
}

}  // namespace

Tensor concordance_loss(const Tensor& predicted, const Tensor& target) {
  const Tensor a = predicted - predicted.mean(), b = target - target.mean();
  const Tensor offset = predicted.mean() - target.mean();
  const Tensor whole = (a * a).mean() + (b * b).mean() + offset * offset;
  return 1 - 2 * (a * b).mean() / whole.clamp_min(1e-6);
}

Tensor correlation_loss(const Tensor& predicted, const Tensor& target) {
  const Tensor a = predicted - predicted.mean(), b = target - target.mean();
  return 1 - (a * b).mean() / ((a * a).mean() * (b * b).mean()).clamp_min(1e-8).sqrt();
}

Tensor contrastive_loss(const Tensor& rows, const Tensor& classes, double temperature) {
  const Tensor has_class = (classes >= 0).to(at::kFloat);
  const Tensor others = 1 - at::eye(rows.size(0), rows.options());
  const Tensor friends = (classes.unsqueeze(0) == classes.unsqueeze(1)).to(at::kFloat) * others *
                         has_class.unsqueeze(0) * has_class.unsqueeze(1);
  const Tensor alike = rows.mm(rows.t()).to(at::kFloat) / temperature;
  const Tensor seen = others * has_class.unsqueeze(0);
  const Tensor whole = alike.masked_fill(seen == 0, -1e9).logsumexp(1, true);
  const Tensor count = friends.sum(1);
  const Tensor each = -((alike - whole) * friends).sum(1) / count.clamp_min(1);
  const Tensor counted = (count > 0).to(at::kFloat);
  return (each * counted).sum() / counted.sum().clamp_min(1);
}

Tensor sides_loss(const Tensor& predicted, const Tensor& quadrants) {
  const Tensor known = (quadrants >= 0).to(at::kFloat);
  const auto side = [&](const Tensor& above) { return above.to(at::kFloat) * 2 - 1; };
  const Tensor pleasant = side((quadrants == 0).logical_or(quadrants == 3));
  const Tensor excited = side((quadrants == 0).logical_or(quadrants == 1));
  const Tensor wrong = at::softplus(predicted.select(1, 0) * pleasant * -kSharpness) +
                       at::softplus(predicted.select(1, 1) * excited * -kSharpness);
  return (wrong * known).sum() / known.sum().clamp_min(1);
}

Tensor pairs_loss(const Tensor& pleasant, const Tensor& unpleasant) {
  const auto positive = [](const Tensor& x) { return at::softplus(x * -kSharpness).mean(); };
  return positive(pleasant) + positive(-unpleasant) + positive(pleasant - unpleasant);
}

EmotionTraining::EmotionTraining(std::vector<EmotionText> texts, const std::vector<ContrastPair>& pairs,
                                 const Tokenizer& tokenizer, const EmotionTrainingOptions& options)
    : options_(options),
      texts_(std::move(texts)),
      tokenizer_(tokenizer),
      batches_(texts_, pairs, tokenizer, options.batches),
      encoder_(std::make_shared<EncoderModule>(options.config, options.batches.seed)) {
  encoder_->dropout = options.dropout;
  const at::NoGradGuard no_grad;
  at::Tensor(encoder_->parameter("emotion.labels.bias")).fill_(kRareLabel);
  if (!options.start.empty()) load_start(options.start, *encoder_);
}

Task EmotionTraining::task() {
  const nlohmann::json config{{"encoder", nlohmann::json::parse(to_json(options_.config))},
                              {"texts", texts_.size()},
                              {"dropout", options_.dropout},
                              {"temperature", options_.temperature},
                              {"contrastive_weight", options_.contrastive_weight},
                              {"side_weight", options_.side_weight},
                              {"pair_weight", options_.pair_weight},
                              {"layer_decay", options_.layer_decay},
                              {"head_rate", options_.head_rate},
                              {"label_weight", options_.label_weight}};
  return {"encoder-emotion",
          encoder_.get(),
          [this](std::int64_t number) { return step(number); },
          [this] {
            return emotion_figures(*encoder_, tokenizer_, texts_, {.every = options_.validate_every_text});
          },
          [this](const std::string& path) { export_encoder(*encoder_, tokenizer_, path); },
          config.dump(),
          [this](const std::string& name) { return rate_of(name, options_.config, options_); }};
}

StepResult EmotionTraining::step(std::int64_t number) {
  const EmotionBatch batch = batches_.batch(number);
  std::vector<Tensor> pooled;
  for (const TokenGroup& group : batch.groups) pooled.push_back(pooled_states(*encoder_, group));
  const EmotionHeads heads = encoder_->heads(at::cat(pooled));
  const Tensor points = points_loss(batch, heads.valence_arousal);
  const Tensor labels = labels_loss(batch, heads.labels);
  const Tensor quadrants = tensor_of(batch.quadrants, device_of(*encoder_));
  const Tensor contrastive = contrastive_loss(heads.projection, quadrants, options_.temperature);
  const Tensor sides = sides_loss(heads.valence_arousal, quadrants);
  const Tensor valence = heads.valence_arousal.select(1, 0);
  const Tensor pairs =
      batch.pleasant.empty()
          ? at::zeros({}, valence.options())
          : pairs_loss(valence.index_select(0, tensor_of(batch.pleasant, valence.device())),
                       valence.index_select(0, tensor_of(batch.unpleasant, valence.device())));
  return {points + options_.contrastive_weight * contrastive + options_.side_weight * sides +
              options_.pair_weight * pairs + options_.label_weight * labels,
          batch.tokens,
          {{"concordance_loss", points.item<double>()},
           {"contrastive_loss", contrastive.item<double>()},
           {"side_loss", sides.item<double>()},
           {"pair_loss", pairs.item<double>()},
           {"label_loss", labels.item<double>()}}};
}

}  // namespace s2m::train
