#include "story2midi/nn/layers.h"

#include <cmath>

#include "tests/nn/golden.h"

namespace s2m {
namespace {

TEST(Normalise, EpsilonIsAddedToTheVariance) {
  const Norm norm{{1, 1}, {0, 0}, 1e-5f};
  const float small = 1e-3f;  // variance 1e-6, well below epsilon
  Workspace work;
  const auto y = normalise(work, norm, Floats{small, -small});
  EXPECT_NEAR(y[0], small / std::sqrt(1.1e-5f), 1e-6f);
  EXPECT_NEAR(y[1], -y[0], 1e-6f);
}

TEST(Normalise, EachRowByItself) {
  const Norm norm{{2, 1}, {1, 0}, 1e-12f};
  Workspace work;
  const auto y = normalise(work, norm, Floats{3, 1, 100, 300});
  EXPECT_LT(test::largest_difference(y, Floats{3, -1, -1, 1}), 1e-5f);
}

TEST(Normalise, LargeMeansDoNotHideTheVariance) {
  const Norm norm{{1, 1, 1, 1}, {0, 0, 0, 0}, 1e-5f};
  Workspace work;
  const auto y = normalise(work, norm, Floats{4097, 4099, 4097, 4099});
  EXPECT_LT(test::largest_difference(y, Floats{-1, 1, -1, 1}), 1e-4f);
}

TEST(Gelu, IsExact) {
  // x Phi(x) from tables of the normal distribution; the tanh form gives .841192 and -.158808 at one.
  Floats y{0, 1, -1, 3, -10};
  gelu(y);
  EXPECT_NEAR(y[0], 0, 1e-7f);
  EXPECT_NEAR(y[1], 0.8413447f, 1e-6f);
  EXPECT_NEAR(y[2], -0.1586553f, 1e-6f);
  EXPECT_NEAR(y[3], 2.9959503f, 1e-6f);
  EXPECT_NEAR(y[4], 0, 1e-6f);
}

TEST(Softmax, SurvivesLargeValues) {
  Floats x{1000, 1000, -1000};
  softmax(x);
  EXPECT_LT(test::largest_difference(x, Floats{0.5f, 0.5f, 0}), 1e-6f);
}

TEST(Gelu, IsNearTheLibrarysErrorFunction) {
  Floats x, right;
  for (int i = -800; i <= 800; ++i) {
    x.push_back(static_cast<float>(i) / 100);
    right.push_back(static_cast<float>(x.back() * 0.5 * (1 + std::erf(x.back() / std::sqrt(2.0)))));
  }
  gelu(x);
  EXPECT_LT(test::largest_difference(x, right), 1e-6f);
}

TEST(Softmax, IsNearTheLibrarysExponential) {
  Floats x, right;
  double sum = 0;
  for (int i = 0; i < 999; ++i) x.push_back(static_cast<float>(i % 37) * -0.73f);
  for (const float value : x) sum += std::exp(static_cast<double>(value));
  for (const float value : x) right.push_back(static_cast<float>(std::exp(static_cast<double>(value)) / sum));
  softmax(x);
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(x[i] / right[i], 1, 2e-6) << i;
}

// Weights, inputs and scales that multiply exactly.
TEST(Linear, Int8RoundsItsInputs) {
  const std::vector<std::int8_t> steps{1, 2, 3, -4, -5, -127};
  const Floats scales{0.5f, 2.f};
  Linear layer{int8_matrix(2, 3, steps, scales), {10, 20}};
  layer.bias.resize(16);
  Workspace work;
  const auto y = linear(work, layer, Floats{127, 0, -127, 0, 0, 0});
  EXPECT_EQ(Floats(y.begin(), y.end()), (Floats{10 - 127, 20 + 2 * 127 * 123, 10, 20}));
  const auto rounded = linear(work, layer, Floats{127, 0.4f, 0.6f});  // a step is 1
  EXPECT_EQ(Floats(rounded.begin(), rounded.end()),
            (Floats{10 + 0.5f * (127 + 3), 20 + 2 * (-4 * 127 - 127)}));
}

TEST(Workspace, FramesGiveBackWhatTheyTook) {
  Workspace work;
  const auto* outer = work.floats(10).data();
  const float* inner = nullptr;
  {
    const Workspace::Frame frame(work);
    inner = work.floats(20).data();
    EXPECT_NE(inner, outer);
  }
  EXPECT_EQ(work.floats(20).data(), inner);
}

}  // namespace
}  // namespace s2m
