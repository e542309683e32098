#include "train/encoder/fitted_heads.h"

#include <torch/optim/lbfgs.h>

#include <functional>
#include <map>

#include "lab/reports/emotion_figures.h"
#include "story2midi/emotion/labels.h"

namespace s2m::train {
namespace {

using at::Tensor;

constexpr double kSmallestDeviation = 0.02;
constexpr int kSteps = 60;

// The head that makes `loss` of its outputs, and of the penalty, least.
LinearHead fit(const Tensor& pooled, const Tensor& bias_start, double penalty,
               const std::function<Tensor(const Tensor& outputs)>& loss) {
  const Tensor mean = pooled.mean(0, true), deviation = pooled.std(0, false, true).clamp_min(1e-6);
  const Tensor x = (pooled - mean) / deviation;
  Tensor weight = at::zeros({bias_start.size(0), x.size(1)}).set_requires_grad(true);
  Tensor bias = bias_start.clone().set_requires_grad(true);
  torch::optim::LBFGS optimizer(
      {weight, bias}, torch::optim::LBFGSOptions(1).max_iter(kSteps).line_search_fn("strong_wolfe"));
  optimizer.step([&] {
    optimizer.zero_grad();
    const Tensor value = loss(at::linear(x, weight, bias)) + penalty * weight.square().sum();
    value.backward();
    return value;
  });
  const at::NoGradGuard no_grad;
  const Tensor scaled = weight.detach() / deviation;
  return {scaled, bias.detach() - at::matmul(scaled, mean.squeeze(0))};
}

}  // namespace

LinearHead fit_uncertainty(const Tensor& pooled, const Tensor& errors, double penalty) {
  const Tensor start = errors.square().mean(0).sqrt().clamp_min(kSmallestDeviation).log();
  return fit(pooled, start, penalty, [&](const Tensor& outputs) {
    const Tensor logarithm = outputs.clamp_min(std::log(kSmallestDeviation));
    return (logarithm + errors.square() / 2 * at::exp(-2 * logarithm)).mean();
  });
}

LinearHead fit_labels(const Tensor& pooled, const Tensor& labels, double penalty) {
  const Tensor start = at::logit(labels.mean(0).clamp(1e-4, 1 - 1e-4));
  return fit(pooled, start, penalty,
             [&](const Tensor& logits) { return at::binary_cross_entropy_with_logits(logits, labels); });
}

Tensor pooled_texts(const EmotionReader& reader, const std::vector<const EmotionText*>& texts) {
  std::vector<float> states;
  for (const TextEmbedding& embedding : reader.embed_each(texts_of(texts)))
    states.insert(states.end(), embedding.pooled.begin(), embedding.pooled.end());
  return at::tensor(states).view({static_cast<std::int64_t>(texts.size()), -1});
}

Tensor reading_errors(const EmotionReader& reader, const std::vector<const EmotionText*>& texts) {
  const auto emotions = reader.read_each(texts_of(texts));
  std::vector<float> errors;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    errors.push_back(static_cast<float>(emotions[i].valence - texts[i]->point->valence));
    errors.push_back(static_cast<float>(emotions[i].arousal - texts[i]->point->arousal));
  }
  return at::tensor(errors).view({-1, 2});
}

Tensor label_rows(const std::vector<const EmotionText*>& texts) {
  Tensor rows = at::zeros({static_cast<std::int64_t>(texts.size()), static_cast<std::int64_t>(kLabelCount)});
  auto row = rows.accessor<float, 2>();
  for (std::size_t i = 0; i < texts.size(); ++i)
    for (const int label : texts[i]->labels) row[static_cast<std::int64_t>(i)][label] = 1;
  return rows;
}

std::shared_ptr<EncoderModule> with_heads(const EncoderModule& encoder, const LinearHead& labels,
                                          const LinearHead& uncertainty) {
  const at::NoGradGuard no_grad;
  const std::map<std::string, Tensor> fitted{{"emotion.labels.weight", labels.weight},
                                             {"emotion.labels.bias", labels.bias},
                                             {"emotion.uncertainty.weight", uncertainty.weight},
                                             {"emotion.uncertainty.bias", uncertainty.bias}};
  auto config = encoder.config();
  config.uncertainty = 1;
  auto wider = std::make_shared<EncoderModule>(config, 1);
  for (auto& item : wider->named_parameters()) {
    const auto found = fitted.find(item.key());
    item.value().copy_(found == fitted.end() ? encoder.parameter(item.key()) : found->second);
  }
  return wider;
}

}  // namespace s2m::train
