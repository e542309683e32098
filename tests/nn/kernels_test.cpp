#include "nn/kernels/kernels.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"

namespace s2m {
namespace {

std::vector<float> random_floats(Random& random, int count) {
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = static_cast<float>(random.uniform() * 2 - 1);
  return values;
}

class KernelsTest : public ::testing::TestWithParam<const Kernels*> {
 protected:
  void SetUp() override {
    if (!runs_here(*GetParam())) GTEST_SKIP() << "this machine does not run " << GetParam()->name;
  }
};

TEST_P(KernelsTest, ProductsAreTheScalarSetsBytes) {
  Random random(1);
  for (const int rows : {1, 3, 4, 9})
    for (const int columns : {1, 15, 16, 17, 64, 100})
      for (const int count : {1, 2, 4, 7}) {
        const auto weights = random_floats(random, rows * columns),
                   inputs = random_floats(random, count * columns);
        const auto bias = random_floats(random, rows);
        std::vector<float> ours(static_cast<std::size_t>(rows * count)), scalar = ours;
        MatrixProduct<float> product{weights.data(), nullptr, bias.data(), inputs.data(),
                                     ours.data(),    rows,    columns,     count};
        GetParam()->multiply(product);
        product.outputs = scalar.data();
        kScalarKernels.multiply(product);
        EXPECT_EQ(ours, scalar) << rows << " x " << columns << " x " << count;
      }
}

TEST_P(KernelsTest, Int8ProductsAreTheScalarSetsBytes) {
  Random random(3);
  for (const int rows : {1, 4, 9})
    for (const int columns : {1, 15, 16, 33, 100})
      for (const int count : {1, 2, 4, 7}) {
        std::vector<signed char> weights(static_cast<std::size_t>(rows * columns));
        for (auto& weight : weights) weight = static_cast<signed char>(random.between(-127, 127));
        const auto inputs = random_floats(random, count * columns), scales = random_floats(random, rows);
        std::vector<float> ours(static_cast<std::size_t>(rows * count)), scalar = ours;
        MatrixProduct<signed char> product{weights.data(), scales.data(), nullptr, inputs.data(),
                                           ours.data(),    rows,          columns, count};
        GetParam()->multiply_int8(product);
        product.outputs = scalar.data();
        kScalarKernels.multiply_int8(product);
        EXPECT_EQ(ours, scalar) << rows << " x " << columns << " x " << count;
      }
}

TEST_P(KernelsTest, Int8ProductsAreRight) {
  const std::vector<signed char> weights{1, 2, 3, -4, -5, -127};
  const std::vector<float> scales{0.5f, 2.f}, inputs{1, 0, -1}, bias{10, 20};
  std::vector<float> outputs(2);
  GetParam()->multiply_int8(
      {weights.data(), scales.data(), bias.data(), inputs.data(), outputs.data(), 2, 3, 1});
  EXPECT_EQ(outputs, (std::vector<float>{9, 266}));
}

TEST_P(KernelsTest, ProductsAreRight) {
  const std::vector<float> weights{1, 2, 3, 4, 5, 6}, inputs{1, 0, -1, 2, 2, 2}, bias{10, 20};
  std::vector<float> outputs(4);
  GetParam()->multiply({weights.data(), nullptr, bias.data(), inputs.data(), outputs.data(), 2, 3, 2});
  EXPECT_EQ(outputs, (std::vector<float>{8, 18, 22, 50}));
  GetParam()->multiply({weights.data(), nullptr, nullptr, inputs.data(), outputs.data(), 2, 3, 2});
  EXPECT_EQ(outputs, (std::vector<float>{-2, -2, 12, 30}));
}

TEST_P(KernelsTest, SumsOfRowsAreTheScalarSetsBytes) {
  Random random(2);
  for (const int rows : {1, 2, 31})
    for (const int columns : {1, 15, 16, 63, 64, 81, 128}) {
      const auto weights = random_floats(random, rows), inputs = random_floats(random, rows * columns);
      std::vector<float> ours(static_cast<std::size_t>(columns)), scalar = ours;
      GetParam()->sum_rows({weights.data(), inputs.data(), ours.data(), rows, columns});
      kScalarKernels.sum_rows({weights.data(), inputs.data(), scalar.data(), rows, columns});
      EXPECT_EQ(ours, scalar) << rows << " x " << columns;
    }
}

TEST_P(KernelsTest, SumsOfRowsAreRight) {
  const std::vector<float> weights{2, -1}, inputs{1, 2, 3, 4, 5, 6};
  std::vector<float> output(3);
  GetParam()->sum_rows({weights.data(), inputs.data(), output.data(), 2, 3});
  EXPECT_EQ(output, (std::vector<float>{-2, -1, 0}));
}

INSTANTIATE_TEST_SUITE_P(EverySet, KernelsTest,
                         ::testing::Values(&kScalarKernels, &kAvx2Kernels, &kAvx512Kernels),
                         [](const auto& tested) { return tested.param->name; });

TEST(Kernels, OneOfThemRunsHere) { EXPECT_TRUE(runs_here(kernels())); }

}  // namespace
}  // namespace s2m
