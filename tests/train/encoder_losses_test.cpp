#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "lab/statistics/statistics.h"
#include "story2midi/base/files.h"
#include "tests/base/scratch_folder.h"
#include "train/encoder/encoder_emotion.h"
#include "train/encoder/encoder_tensors.h"

namespace s2m::train {
namespace {

TEST(EncoderLosses, ConcordanceIsOneOnlyForEqualRows) {
  const std::vector<double> a = {0.1, 0.5, -0.3, 0.9}, twice = {0.2, 1.0, -0.6, 1.8};
  const at::Tensor x = at::tensor(a), y = at::tensor(twice);
  EXPECT_NEAR(concordance_loss(x, x).item<double>(), 0, 1e-6);
  EXPECT_NEAR(concordance_loss(y, x).item<double>(), 1 - concordance(a, twice), 1e-6);
}

TEST(EncoderLosses, CorrelationIsBlindToScaleAndOffset) {
  const at::Tensor x = at::tensor({0.1f, 0.5f, -0.3f, 0.9f});
  EXPECT_NEAR(correlation_loss(x * 0.2 + 3, x).item<double>(), 0, 1e-5);
  EXPECT_NEAR(correlation_loss(-x, x).item<double>(), 2, 1e-5);
  EXPECT_TRUE(std::isfinite(correlation_loss(at::zeros({4}), x).item<double>()));
}

TEST(EncoderLosses, PairsWantBothSignsAndTheOrder) {
  const auto loss = [](float pleasant, float unpleasant) {
    return pairs_loss(at::tensor({pleasant}), at::tensor({unpleasant})).item<double>();
  };
  EXPECT_LT(loss(0.8f, -0.8f), 0.1);
  EXPECT_GT(loss(0.8f, 0.2f), loss(0.8f, -0.2f));
  EXPECT_GT(loss(-0.2f, -0.8f), loss(0.2f, -0.8f));
  EXPECT_GT(loss(-0.8f, 0.8f), 6);
}

TEST(EncoderLosses, PartsOfARowArePooledApart) {
  const at::Tensor states = at::arange(24, at::kFloat).view({2, 4, 3});
  const at::Tensor pooled = pooled_parts(states, {{0, 0, 4}, {1, 1, 3}, {1, 3, 4}});
  ASSERT_EQ(pooled.sizes(), (at::IntArrayRef{3, 3}));
  EXPECT_TRUE(at::allclose(pooled[0], states[0].mean(0)));
  EXPECT_TRUE(at::allclose(pooled[1], states[1].slice(0, 1, 3).mean(0)));
  EXPECT_TRUE(at::allclose(pooled[2], states[1][3]));
}

TEST(EncoderLosses, ContrastivePrefersClassesThatLieTogether) {
  const at::Tensor rows = at::tensor({1.f, 0.f, 1.f, 0.f, 0.f, 1.f, 0.f, 1.f}).view({4, 2});
  const auto loss = [&](std::vector<std::int64_t> classes) {
    return contrastive_loss(rows, at::tensor(classes), 0.1).item<double>();
  };
  EXPECT_LT(loss({0, 0, 1, 1}), 0.01);
  EXPECT_GT(loss({0, 1, 0, 1}), 5);
  EXPECT_EQ(loss({0, 1, 2, 3}), 0);
  EXPECT_EQ(loss({-1, -1, -1, -1}), 0);
}

TEST(SidesLoss, CountsRowsOnTheWrongSideOfZero) {
  const at::Tensor corners = at::tensor({.9f, .9f, -.9f, .9f, -.9f, -.9f, .9f, -.9f}).view({4, 2});
  const auto loss = [&](const at::Tensor& said, std::vector<std::int64_t> quadrants) {
    return sides_loss(said, at::tensor(quadrants)).item<double>();
  };
  EXPECT_LT(loss(corners, {0, 1, 2, 3}), 0.1);
  EXPECT_GT(loss(corners, {2, 3, 0, 1}), 7);
  EXPECT_NEAR(loss(corners, {1, 0, 3, 2}), 3.6, 0.2) << "valence alone is wrong";
  EXPECT_EQ(loss(corners, {-1, -1, -1, -1}), 0);
}

}  // namespace
}  // namespace s2m::train
