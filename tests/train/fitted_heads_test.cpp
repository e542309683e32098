// Heads fitted on frozen states find what the data were drawn with.
#include "train/encoder/fitted_heads.h"

#include <gtest/gtest.h>

namespace s2m::train {
namespace {

TEST(Uncertainty, FindsDeviationsThatFollowTheStates) {
  at::manual_seed(1);
  const at::Tensor pooled = at::randn({4000, 6}) * 2 + 1;
  const at::Tensor deviations = at::exp(pooled.narrow(1, 0, 2) * 0.3 - 1);
  const auto head = fit_uncertainty(pooled, at::randn({4000, 2}) * deviations, 1e-5);
  const at::Tensor found = at::exp(at::linear(pooled, head.weight, head.bias));
  EXPECT_LT((found / deviations).log().abs().mean().item<double>(), 0.05);
}

TEST(Uncertainty, WithoutAnythingToFollowItIsTheErrorsOwnDeviation) {
  at::manual_seed(2);
  const auto head = fit_uncertainty(at::randn({500, 3}), at::randn({500, 2}) * 0.25, 10);
  EXPECT_NEAR(head.bias.exp()[0].item<double>(), 0.25, 0.02);
  EXPECT_LT(head.weight.abs().max().item<double>(), 0.01);
}

TEST(Labels, FindTheDirectionsThatLabelsFollow) {
  at::manual_seed(3);
  const at::Tensor pooled = at::randn({3000, 5}) * 3 + 2;
  const at::Tensor labels = (pooled.narrow(1, 0, 2) > 4).to(at::kFloat);
  const auto head = fit_labels(pooled, labels);
  const at::Tensor found = (at::linear(pooled, head.weight, head.bias) > 0).to(at::kFloat);
  EXPECT_GT((found == labels).to(at::kFloat).mean().item<double>(), 0.99);
}

TEST(FittedHeads, AnEncoderKeepsItsOtherWeights) {
  EncoderConfig config;
  config.width = 16, config.heads = 2, config.layers = 1, config.ffn = 8, config.vocabulary = 30;
  const EncoderModule encoder(config, 1);
  const LinearHead labels{at::ones({28, 16}), at::zeros({28})},
      uncertainty{at::ones({2, 16}), at::zeros({2})};
  const auto wider = with_heads(encoder, labels, uncertainty);
  EXPECT_EQ(wider->config().uncertainty, 1);
  EXPECT_TRUE(at::equal(wider->parameter("emotion.projection.weight"),
                        encoder.parameter("emotion.projection.weight")));
  EXPECT_TRUE(at::equal(wider->parameter("emotion.labels.weight"), labels.weight));
  EXPECT_TRUE(at::equal(wider->parameter("emotion.uncertainty.weight"), uncertainty.weight));
}

}  // namespace
}  // namespace s2m::train
