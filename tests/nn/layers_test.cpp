#include "nn/layers.h"

#include <cmath>

#include "nn/golden.h"

namespace s2m {
namespace {

TEST(Normalise, EpsilonIsAddedToTheVariance) {
  const Norm norm{{1, 1}, {0, 0}, 1e-5f};
  const float small = 1e-3f;  // variance 1e-6, well below epsilon
  const auto y = normalise(norm, Floats{small, -small});
  EXPECT_NEAR(y[0], small / std::sqrt(1.1e-5f), 1e-6f);
  EXPECT_NEAR(y[1], -y[0], 1e-6f);
}

TEST(Normalise, EachRowByItself) {
  const Norm norm{{2, 1}, {1, 0}, 1e-12f};
  const auto y = normalise(norm, Floats{3, 1, 100, 300});
  EXPECT_LT(test::largest_difference(y, Floats{3, -1, -1, 1}), 1e-5f);
}

TEST(Normalise, LargeMeansDoNotHideTheVariance) {
  const Norm norm{{1, 1, 1, 1}, {0, 0, 0, 0}, 1e-5f};
  const auto y = normalise(norm, Floats{4097, 4099, 4097, 4099});
  EXPECT_LT(test::largest_difference(y, Floats{-1, 1, -1, 1}), 1e-4f);
}

TEST(Gelu, IsExact) {
  // x Phi(x) from tables of the normal distribution; the tanh form gives .841192 and -.158808 at one.
  const auto y = gelu({0, 1, -1, 3, -10});
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

TEST(Attend, LooksAtTheFirstSlotsOnly) {
  KeyValues past(2, 3, 2);
  past.set(0, Floats{1, 0, 0, 0}, Floats{1, 2, 3, 4});
  past.set(1, Floats{0, 0, 0, 5}, Floats{5, 6, 7, 8});
  past.set(2, Floats{9, 9, 9, 9}, Floats{100, 100, 100, 100});
  Floats out(4);
  attend(past, 1, Floats{1, 1, 1, 1}, out);
  EXPECT_EQ(out, (Floats{1, 2, 3, 4}));
  attend(past, 2, Floats{0, 0, 0, 0}, out);
  EXPECT_LT(test::largest_difference(out, Floats{3, 4, 5, 6}), 1e-6f);
  attend(past, 2, Floats{0, 0, 0, std::sqrt(2.f)}, out);  // second head: scores 0 and 5
  const float first = 1 / (1 + std::exp(5.f));
  EXPECT_LT(
      test::largest_difference(out, Floats{3, 4, 3 * first + 7 * (1 - first), 4 * first + 8 * (1 - first)}),
      1e-5f);
}

}  // namespace
}  // namespace s2m
