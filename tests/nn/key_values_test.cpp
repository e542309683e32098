#include "story2midi/nn/key_values.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "story2midi/nn/layers.h"
#include "tests/nn/golden.h"

namespace s2m {
namespace {

class KeyValuesTest : public ::testing::TestWithParam<CacheType> {
 protected:
  const bool rounds_ = GetParam() == CacheType::kInt8;
  Workspace work_;
};

TEST_P(KeyValuesTest, LooksAtTheFirstSlotsOnly) {
  KeyValues past(GetParam(), 2, 3, 2);
  const auto scratch = past.scratch(work_);
  const float near = rounds_ ? 0.05f : 1e-5f;  // half an int8 step of the 8 is .03
  const auto set = [&](int slot, Floats key, Floats value) { past.set(0, slot, key, value, scratch); };
  const auto attend = [&](int count, Floats query) {
    Floats out(4);
    past.attend(0, count, query, out, scratch);
    return out;
  };
  set(0, {1, 0, 0, 0}, {1, 2, 3, 4});
  set(1, {0, 0, 0, 5}, {5, 6, 7, 8});
  set(2, {9, 9, 9, 9}, {100, 100, 100, 100});
  EXPECT_LT(test::largest_difference(attend(1, {1, 1, 1, 1}), Floats{1, 2, 3, 4}), near);
  EXPECT_LT(test::largest_difference(attend(2, {0, 0, 0, 0}), Floats{3, 4, 5, 6}), near);
  const auto out = attend(2, {0, 0, 0, std::sqrt(2.f)});  // second head: scores 0 and 5
  const float first = 1 / (1 + std::exp(5.f));
  EXPECT_LT(
      test::largest_difference(out, Floats{3, 4, 3 * first + 7 * (1 - first), 4 * first + 8 * (1 - first)}),
      near);
}

// Of one head and of sizes that fill no panel; every slot is written twice, as when a piece goes on.
TEST_P(KeyValuesTest, AttendsAsTheFormulaSays) {
  constexpr int kSlots = 70, kWidth = 36, kCount = 67;
  Random random(7);
  const auto row = [&] {
    Floats numbers(kWidth);
    for (float& number : numbers) number = static_cast<float>(random.uniform() * 2 - 1);
    return numbers;
  };
  KeyValues past(GetParam(), 1, kSlots, kWidth);
  const auto scratch = past.scratch(work_);
  std::vector<Floats> keys, values;
  for (int slot = 0; slot < kSlots; ++slot) past.set(0, slot, row(), row(), scratch);
  for (int slot = 0; slot < kSlots; ++slot) {
    keys.push_back(row()), values.push_back(row());
    past.set(0, slot, keys.back(), values.back(), scratch);
  }
  const auto query = row();
  Floats out(kWidth), right(kWidth);
  past.attend(0, kCount, query, out, scratch);
  float sum = 0;
  for (std::size_t slot = 0; slot < kCount; ++slot) {
    const float product = std::inner_product(query.begin(), query.end(), keys[slot].begin(), 0.f);
    const float weight = std::exp(product / std::sqrt(static_cast<float>(kWidth)));
    sum += weight;
    for (std::size_t i = 0; i < kWidth; ++i) right[i] += weight * values[slot][i];
  }
  for (float& number : right) number /= sum;
  const float largest = *std::max_element(right.begin(), right.end());
  EXPECT_LT(test::largest_difference(out, right), largest * (GetParam() == CacheType::kF32 ? 1e-5f : 0.02f));
}

std::string name_of(const ::testing::TestParamInfo<CacheType>& tested) {
  constexpr const char* kNames[] = {"f32", "bf16", "int8"};
  return kNames[static_cast<int>(tested.param)];
}

INSTANTIATE_TEST_SUITE_P(Types, KeyValuesTest,
                         ::testing::Values(CacheType::kF32, CacheType::kBF16, CacheType::kInt8), name_of);

}  // namespace
}  // namespace s2m
