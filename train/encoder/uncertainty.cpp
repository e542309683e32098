#include "train/encoder/uncertainty.h"

#include <torch/optim/lbfgs.h>

#include "story2midi/base/error.h"

namespace s2m::train {
namespace {

using at::Tensor;

constexpr double kSmallestDeviation = 0.02;
constexpr int kSteps = 100;

}  // namespace

UncertaintyHead fit_uncertainty(const Tensor& pooled, const Tensor& errors, double penalty) {
  const Tensor mean = pooled.mean(0, true), deviation = pooled.std(0, false, true).clamp_min(1e-6);
  const Tensor x = (pooled - mean) / deviation;
  Tensor weight = at::zeros({2, x.size(1)}).set_requires_grad(true);
  Tensor bias = errors.square().mean(0).sqrt().clamp_min(kSmallestDeviation).log().set_requires_grad(true);
  torch::optim::LBFGS optimizer(
      {weight, bias}, torch::optim::LBFGSOptions(1).max_iter(kSteps).line_search_fn("strong_wolfe"));
  optimizer.step([&] {
    optimizer.zero_grad();
    const Tensor logarithm = at::linear(x, weight, bias).clamp_min(std::log(kSmallestDeviation));
    const Tensor loss =
        (logarithm + errors.square() / 2 * at::exp(-2 * logarithm)).mean() + penalty * weight.square().sum();
    loss.backward();
    return loss;
  });
  const at::NoGradGuard no_grad;
  const Tensor scaled = weight.detach() / deviation;
  return {scaled, bias.detach() - at::matmul(scaled, mean.squeeze(0))};
}

ReadingErrors reading_errors(const EmotionReader& reader, const std::vector<EmotionText>& texts,
                             Split split) {
  std::vector<std::string> chosen;
  std::vector<float> points, states;
  for (const EmotionText& text : texts)
    if (text.split == split && text.point && text.source != "tales") {  // the validation tales are a test
      chosen.push_back(text.text);
      points.insert(points.end(),
                    {static_cast<float>(text.point->valence), static_cast<float>(text.point->arousal)});
    }
  if (chosen.empty()) throw Error("emotion texts", "none of this split has a point");
  std::vector<float> readings;
  for (const Emotion& emotion : reader.read_each(chosen))
    readings.insert(readings.end(),
                    {static_cast<float>(emotion.valence), static_cast<float>(emotion.arousal)});
  for (const TextEmbedding& embedding : reader.embed_each(chosen))
    states.insert(states.end(), embedding.pooled.begin(), embedding.pooled.end());
  const auto rows = static_cast<std::int64_t>(chosen.size());
  return {at::tensor(states).view({rows, -1}),
          at::tensor(readings).view({rows, 2}) - at::tensor(points).view({rows, 2})};
}

std::shared_ptr<EncoderModule> with_uncertainty(const EncoderModule& encoder, const UncertaintyHead& head) {
  const at::NoGradGuard no_grad;
  auto config = encoder.config();
  config.uncertainty = 1;
  auto wider = std::make_shared<EncoderModule>(config, 1);
  for (auto& item : wider->named_parameters()) {
    if (item.key() == "emotion.uncertainty.weight")
      item.value().copy_(head.weight);
    else if (item.key() == "emotion.uncertainty.bias")
      item.value().copy_(head.bias);
    else
      item.value().copy_(encoder.parameter(item.key()));
  }
  return wider;
}

}  // namespace s2m::train
