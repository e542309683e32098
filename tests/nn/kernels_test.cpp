#include "story2midi/nn/kernels/kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <numeric>
#include <tuple>
#include <vector>

#include "story2midi/base/error.h"
#include "story2midi/base/random.h"
#include "story2midi/nn/int4_groups.h"
#include "story2midi/nn/matrix.h"
#include "story2midi/nn/number_formats.h"

namespace s2m {
namespace {

using Values = std::vector<float>;

Values random_floats(Random& random, int count) {
  Values values(static_cast<std::size_t>(count));
  for (float& value : values) value = static_cast<float>(random.uniform() * 2 - 1);
  return values;
}

std::vector<std::uint16_t> upper_halves(const Values& values) {
  std::vector<std::uint16_t> halves;
  for (const float value : values)
    halves.push_back(static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16));
  return halves;
}

Values padded(Values values) {
  values.resize(static_cast<std::size_t>(round_up(static_cast<int>(values.size()), kLanes)));
  return values;
}

// Every set against the scalar one, from data that begins anywhere.
class KernelsTest : public ::testing::TestWithParam<const Kernels*> {
 protected:
  void SetUp() override {
    if (!runs_here(*GetParam())) GTEST_SKIP() << "this machine does not run " << GetParam()->name;
  }

  template <class Product>
  Values product(void (*multiply)(const Product&), Product p) const {
    Values outputs(static_cast<std::size_t>(p.rows * p.count), 7.f);
    p.outputs = outputs.data();
    multiply(p);
    return outputs;
  }
  template <class Product>
  void expect_scalar_bytes(void (*Kernels::*multiply)(const Product&), const Product& p) const {
    EXPECT_EQ(product(GetParam()->*multiply, p), product(kScalarKernels.*multiply, p))
        << p.rows << " x " << p.columns << " x " << p.count;
  }

  template <class F>
  static void for_each_shape(F&& f) {
    for (const int rows : {1, 15, 16, 17, 64, 65, 130})
      for (const int columns : {1, 3, 4, 17, 64})
        for (const int count : {1, 2, 4, 7}) f(rows, columns, count);
  }
  static int panels(int rows) { return round_up(rows, kPanelRows) / kPanelRows; }
};

TEST_P(KernelsTest, ProductsAreTheScalarSetsBytes) {
  Random random(1);
  for_each_shape([&](int rows, int columns, int count) {
    const auto weights = random_floats(random, rows * columns),
               inputs = random_floats(random, count * columns);
    const auto bias = padded(random_floats(random, rows));
    const auto wide = std::get<0>(float_matrix(rows, columns, weights).panels);
    const auto narrow = std::get<1>(bf16_matrix(rows, columns, upper_halves(weights)).panels);
    expect_scalar_bytes(&Kernels::multiply, {wide.data(), bias.data(), inputs.data(), nullptr, rows, columns,
                                             count, 0, panels(rows)});
    expect_scalar_bytes(&Kernels::multiply_bf16, {narrow.data(), nullptr, inputs.data(), nullptr, rows,
                                                  columns, count, 0, panels(rows)});
  });
}

TEST_P(KernelsTest, Int8ProductsAreTheScalarSetsBytes) {
  Random random(3);
  for_each_shape([&](int rows, int columns, int count) {
    std::vector<std::int8_t> weights(static_cast<std::size_t>(rows * columns));
    for (auto& weight : weights) weight = static_cast<std::int8_t>(random.between(-128, 127));
    std::vector<std::int8_t> inputs(static_cast<std::size_t>(count * round_up(columns, kInt8Columns)));
    for (auto& input : inputs) input = static_cast<std::int8_t>(random.between(-127, 127));
    const auto scales = random_floats(random, rows), input_scales = random_floats(random, count);
    const auto bias = padded(random_floats(random, rows));
    Values sums(static_cast<std::size_t>(count));
    const int width = round_up(columns, kInt8Columns);
    for (int i = 0; i < count; ++i)
      sums[static_cast<std::size_t>(i)] =
          std::accumulate(inputs.begin() + i * width, inputs.begin() + (i + 1) * width, 0.f);
    const auto panels_of = std::get<2>(int8_matrix(rows, columns, weights, scales).panels);
    expect_scalar_bytes(&Kernels::multiply_int8,
                        {panels_of.weights.data(), panels_of.scales.data(), bias.data(), inputs.data(),
                         input_scales.data(), sums.data(), nullptr, rows, columns, count, 0, panels(rows)});
  });
}

TEST_P(KernelsTest, Int8ProductsAreExactAtTheirLargest) {
  constexpr int kColumns = 4096;
  const std::vector<std::int8_t> weights(kColumns, -128), inputs(kColumns, -127);
  const Values scales{1}, input_scales{1}, sums{-127.f * kColumns};
  const auto panels_of = std::get<2>(int8_matrix(1, kColumns, weights, scales).panels);
  const auto outputs = product(GetParam()->multiply_int8,
                               {panels_of.weights.data(), panels_of.scales.data(), nullptr, inputs.data(),
                                input_scales.data(), sums.data(), nullptr, 1, kColumns, 1, 0, 1});
  EXPECT_EQ(outputs, Values{4096.f * 128 * 127});
}

// A random matrix in 4 bits, and inputs as its products take them.
struct SomeInt4 {
  SomeInt4(Random& random, int rows, int columns, int count)
      : quants(size(rows, columns / 2)),
        inputs(size(count, columns)),
        input_scales(random_floats(random, count)),
        rows_{quants, std::vector<std::uint16_t>(size(rows, columns / 32)),
              std::vector<std::uint8_t>(size(rows, columns / 32))} {
    for (auto& pair : quants) pair = static_cast<std::uint8_t>(random.below(256));
    for (auto& zero : rows_.zeros) zero = static_cast<std::uint8_t>(random.below(16));
    rows_.scales = upper_halves(random_floats(random, rows * columns / 32));
    for (auto& input : inputs) input = static_cast<std::uint8_t>(random.between(1, 255));
    matrix = int4_matrix(rows, columns, rows_);
    const auto& p = std::get<Int4Panels>(matrix.panels);
    product = {p.weights.data(),    p.scales.data(), p.zeros.data(), p.starts.data(), nullptr, inputs.data(),
               input_scales.data(), nullptr,         rows,           columns,         count,   0,
               matrix.panel_count()};
  }
  static std::size_t size(int a, int b) { return static_cast<std::size_t>(a) * static_cast<std::size_t>(b); }
  double expected(int row, int input) const {
    const auto width = static_cast<std::size_t>(matrix.columns);
    double sum = 0;
    for (std::size_t group = 0; group < width / 32; ++group) {
      const auto at = static_cast<std::size_t>(row) * width / 32 + group;
      float weights[32];
      from_int4(quants.data() + at * 16, from_bf16(rows_.scales[at]), rows_.zeros[at], weights);
      for (std::size_t i = 0; i < 32; ++i)
        sum += static_cast<double>(weights[i]) *
               (inputs[static_cast<std::size_t>(input) * width + group * 32 + i] - 128);
    }
    return sum * input_scales[static_cast<std::size_t>(input)];
  }

  std::vector<std::uint8_t> quants, inputs;
  Values input_scales;
  Int4Rows rows_;
  Matrix matrix;
  Int4Product product;
};

TEST_P(KernelsTest, Int4ProductsAreTheScalarSetsBytes) {
  Random random(11);
  for (const int rows : {1, 15, 16, 17, 64, 65, 130})
    for (const int columns : {32, 96, 768})
      for (const int count : {1, 2, 5, 6, 7, 13}) {
        SomeInt4 some(random, rows, columns, count);
        expect_scalar_bytes(&Kernels::multiply_int4, some.product);
        const auto bias = padded(random_floats(random, rows));
        some.product.bias = bias.data();
        expect_scalar_bytes(&Kernels::multiply_int4, some.product);
      }
}

TEST_P(KernelsTest, Int4ProductsAreRight) {
  Random random(12);
  const SomeInt4 some(random, 70, 128, 7);
  const auto outputs = product(GetParam()->multiply_int4, some.product);
  for (int input = 0; input < 7; ++input)
    for (int row = 0; row < 70; ++row)
      EXPECT_NEAR(outputs[static_cast<std::size_t>(input * 70 + row)], some.expected(row, input), 0.05);
}

TEST_P(KernelsTest, Int4ProductsKeepToTheirPanels) {
  Random random(13);
  SomeInt4 some(random, 130, 64, 3);
  const auto all = product(GetParam()->multiply_int4, some.product);
  some.product.first_panel = 1;
  some.product.end_panel = 2;
  const auto outputs = product(GetParam()->multiply_int4, some.product);
  for (std::size_t i = 0; i < outputs.size(); ++i)
    EXPECT_EQ(outputs[i], i % 130 / kPanelRows == 1 ? all[i] : 7.f) << i;
}

TEST_P(KernelsTest, ProductsAreRight) {
  const auto weights = std::get<0>(float_matrix(2, 3, Values{1, 2, 3, 4, 5, 6}).panels);
  const Values inputs{1, 0, -1, 2, 2, 2}, bias = padded({10, 20});
  EXPECT_EQ(
      product(GetParam()->multiply, {weights.data(), bias.data(), inputs.data(), nullptr, 2, 3, 2, 0, 1}),
      (Values{8, 18, 22, 50}));
  EXPECT_EQ(product(GetParam()->multiply, {weights.data(), nullptr, inputs.data(), nullptr, 2, 3, 2, 0, 1}),
            (Values{-2, -2, 12, 30}));
}

// Panels that are not asked for stay as they are.
TEST_P(KernelsTest, ProductsKeepToTheirPanels) {
  const auto weights = std::get<0>(float_matrix(130, 1, Values(130, 1.f)).panels);
  const Values inputs{1};
  const auto outputs =
      product(GetParam()->multiply, {weights.data(), nullptr, inputs.data(), nullptr, 130, 1, 1, 1, 2});
  for (int row = 0; row < 130; ++row)
    EXPECT_EQ(outputs[static_cast<std::size_t>(row)], row / kPanelRows == 1 ? 1 : 7) << row;
}

// Inputs and outputs that lie apart give the same numbers, and what is between outputs stays as it is.
TEST_P(KernelsTest, ProductsOfRowsThatLieApart) {
  Random random(6);
  constexpr int kRows = 70, kColumns = 9, kCount = 6, kApart = 80;
  const auto weights =
      std::get<0>(float_matrix(kRows, kColumns, random_floats(random, kRows * kColumns)).panels);
  const auto inputs = random_floats(random, kCount * kApart);
  Values close, outputs(kCount * kApart, 7.f);
  for (auto at = inputs.begin(); at != inputs.end(); at += kApart)
    close.insert(close.end(), at, at + kColumns);
  MatrixProduct<float> p{weights.data(), nullptr, close.data(), nullptr, kRows, kColumns,
                         kCount,         0,       panels(kRows)};
  const auto expected = product(GetParam()->multiply, p);
  p.inputs = inputs.data();
  p.outputs = outputs.data();
  p.input_stride = p.output_stride = kApart;
  GetParam()->multiply(p);
  for (std::size_t i = 0; i < outputs.size(); ++i)
    EXPECT_EQ(outputs[i], i % kApart < kRows ? expected[i / kApart * kRows + i % kApart] : 7.f) << i;
}

TEST_P(KernelsTest, AttentionIsTheScalarSetsBytes) {
  Random random(2);
  for (const int count : {1, 15, 16, 17, 64, 65, 200})
    for (const int width : {1, 8, 16, 33, 64, 96})
      for (const int queries : {1, 7}) {
        const int slots = count + 3, apart = queries == 1 ? 0 : width + 2;
        const auto room = std::max(width, queries * apart);
        const auto keys = random_floats(random, round_up(slots, kPanelRows) * width);
        const auto values = random_floats(random, round_up(width, kPanelRows) * slots),
                   query = random_floats(random, room);
        const auto biases = random_floats(random, queries + count);
        const auto attend = [&]<class Number>(void (*run)(const HeadAttention<Number>&), const auto& k,
                                              const auto& v, const float* bias = nullptr) {
          Values scores(static_cast<std::size_t>(queries * round_up(count, kLanes))),
              out(static_cast<std::size_t>(room));
          run({k.data(), v.data(), query.data(), scores.data(), out.data(), slots, count, width, queries,
               apart, bias});
          return out;
        };
        const float* const bias = biases.data() + queries - 1;
        EXPECT_EQ(attend(GetParam()->attend, keys, values, bias),
                  attend(kScalarKernels.attend, keys, values, bias));
        EXPECT_EQ(attend(GetParam()->attend, keys, values), attend(kScalarKernels.attend, keys, values));
        const auto k16 = upper_halves(keys), v16 = upper_halves(values);
        EXPECT_EQ(attend(GetParam()->attend_bf16, k16, v16), attend(kScalarKernels.attend_bf16, k16, v16));
      }
}

// Caches of several heads in int8 and a query of each.
struct SomeHeads {
  SomeHeads(Random& random, int heads, int slots, int width)
      : half(static_cast<std::size_t>(std::max(round_up(slots, kPanelRows) * round_up(width, kInt8Columns),
                                               round_up(width, kPanelRows) * round_up(slots, kInt8Columns)))),
        key_scales(random_floats(random, heads * round_up(slots, kLanes))),
        queries(random_floats(random, heads * width)) {
    bytes.resize(2 * static_cast<std::size_t>(heads) * half);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random.below(256));
  }
  Values attend(const Kernels& set, int first, int heads, int slots, int count, int width) const {
    const auto from = static_cast<std::size_t>(first);
    Values scores(static_cast<std::size_t>(heads * round_up(count, kLanes))),
        out(static_cast<std::size_t>(heads * width));
    std::vector<std::int8_t> steps(
        static_cast<std::size_t>(heads * round_up(std::max(count, width), kLanes)));
    const auto* const keys = bytes.data() + 2 * from * half;
    const auto* const scales = key_scales.data() + first * round_up(slots, kLanes);
    set.attend_int8({keys, keys + half, scales, scales, queries.data() + first * width, scores.data(),
                     steps.data(), out.data(), slots, count, width, heads});
    return out;
  }

  std::size_t half;
  std::vector<std::uint8_t> bytes;
  Values key_scales, queries;
};

TEST_P(KernelsTest, Int8AttentionIsTheScalarSetsBytes) {
  Random random(5);
  for (const int count : {1, 15, 16, 17, 64, 65, 200})
    for (const int width : {1, 8, 33, 64, 96}) {
      const SomeHeads some(random, 1, count + 5, width);
      EXPECT_EQ(some.attend(*GetParam(), 0, 1, count + 5, count, width),
                some.attend(kScalarKernels, 0, 1, count + 5, count, width))
          << count << " slots of " << width;
    }
}

TEST_P(KernelsTest, HeadsSideBySideAreTheHeadsAlone) {
  Random random(8);
  constexpr int kHeads = 7, kSlots = 50, kCount = 37, kWidth = 20;
  const SomeHeads some(random, kHeads, kSlots, kWidth);
  Values alone;
  for (int head = 0; head < kHeads; ++head) {
    const auto out = some.attend(*GetParam(), head, 1, kSlots, kCount, kWidth);
    alone.insert(alone.end(), out.begin(), out.end());
  }
  EXPECT_EQ(some.attend(*GetParam(), 0, kHeads, kSlots, kCount, kWidth), alone);
}

TEST_P(KernelsTest, FunctionsOfRowsAreTheScalarSetsBytes) {
  Random random(4);
  constexpr int kCount = 6;  // rows
  for (const int width : {1, 2, 15, 16, 17, 33, 100}) {
    auto x = random_floats(random, kCount * width);
    for (float& value : x) value *= 9;
    const auto weights = random_floats(random, 2 * width), bias = random_floats(random, width);
    std::vector<signed char> steps(static_cast<std::size_t>(width));
    for (auto& step : steps) step = static_cast<signed char>(random.between(-127, 127));
    const auto all = [&](const Kernels& set) {
      auto gelu = x, softmax = x, normed = x, sum = x, turned = x, stepped = x;
      set.gelu(gelu.data(), width);
      set.softmax(softmax.data(), width);
      set.add(sum.data(), gelu.data(), width);
      set.rotate(turned.data(), weights.data(), width);
      set.add_steps(stepped.data(), steps.data(), 0.3f, width);
      set.normalise({x.data(), weights.data(), bias.data(), normed.data(), 1e-5f, width, kCount});
      std::vector<std::int8_t> int8(static_cast<std::size_t>(kCount * round_up(width, kInt8Columns)), 55);
      Values scales(kCount), sums(kCount);
      set.quantise({x.data(), int8.data(), scales.data(), sums.data(), width, kCount});
      return std::tuple(gelu, softmax, sum, turned, stepped, normed, int8, scales, sums);
    };
    EXPECT_EQ(all(*GetParam()), all(kScalarKernels)) << width;
  }
}

TEST_P(KernelsTest, RowsTogetherAreTheRowsAlone) {
  Random random(9);
  constexpr int kCount = 6, kWidth = 19, kPadded = 20;
  const auto x = random_floats(random, kCount * kWidth), weight = random_floats(random, kWidth);
  auto normed = x;
  std::vector<std::int8_t> int8(kCount * kPadded, 55), of_row(kPadded, 55);
  Values scales(kCount), sums(kCount), row(kWidth), scale(1), sum(1);
  GetParam()->normalise({normed.data(), weight.data(), weight.data(), normed.data(), 1e-5f, kWidth, kCount});
  GetParam()->quantise({x.data(), int8.data(), scales.data(), sums.data(), kWidth, kCount});
  for (int i = 0; i < kCount; ++i) {
    const auto* const from = x.data() + i * kWidth;
    GetParam()->normalise({from, weight.data(), weight.data(), row.data(), 1e-5f, kWidth, 1});
    GetParam()->quantise({from, of_row.data(), scale.data(), sum.data(), kWidth, 1});
    EXPECT_TRUE(std::equal(row.begin(), row.end(), normed.begin() + i * kWidth)) << i;
    EXPECT_TRUE(std::equal(of_row.begin(), of_row.end(), int8.begin() + i * kPadded)) << i;
    EXPECT_EQ(std::pair(scale[0], sum[0]),
              std::pair(scales[static_cast<std::size_t>(i)], sums[static_cast<std::size_t>(i)]));
  }
}

TEST_P(KernelsTest, QuantisationRoundsToTheNearestStep) {
  const Values x{127, -127, 0.4f, 0.5f, 1.5f, -2.6f};  // a step is 1; halves go to the even one
  std::vector<std::int8_t> int8(8, 55);
  float scale = 0, sum = 0;
  GetParam()->quantise({x.data(), int8.data(), &scale, &sum, 6, 1});
  EXPECT_EQ(scale, 1);
  EXPECT_EQ(int8, (std::vector<std::int8_t>{127, -127, 0, 0, 2, -3, 0, 0}));
  EXPECT_EQ(sum, -1);
  const Values zeros(6);
  GetParam()->quantise({zeros.data(), int8.data(), &scale, &sum, 6, 1});
  EXPECT_EQ(scale, 0);
  EXPECT_EQ(sum, 0);
  EXPECT_EQ(int8, std::vector<std::int8_t>(8));
}

INSTANTIATE_TEST_SUITE_P(EverySet, KernelsTest,
                         ::testing::Values(&kScalarKernels, &kAvx2Kernels, &kAvxVnniKernels, &kAvx512Kernels,
                                           &kNeonKernels, &kNeonDotKernels),
                         [](const auto& tested) { return tested.param->name; });

TEST(Kernels, OneOfThemRunsHere) { EXPECT_TRUE(runs_here(kernels())); }

TEST(Kernels, AnUnknownSetIsRefusedByName) {
  EXPECT_EQ(&kernels_named("scalar"), &kScalarKernels);
  for (const auto* name : {"", "avx", "AVX2"}) try {
      kernels_named(name);
      ADD_FAILURE() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.where, "S2M_KERNELS");
      EXPECT_EQ(error.expected, "scalar, avx2, avxvnni, avx512, neon or neondot");
    }
}

}  // namespace
}  // namespace s2m
