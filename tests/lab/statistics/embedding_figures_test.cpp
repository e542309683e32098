#include "lab/statistics/embedding_figures.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lab/statistics/statistics.h"
#include "story2midi/base/error.h"
#include "story2midi/base/random.h"

namespace s2m {
namespace {

// Classes as clouds around the corners of a square, `apart` from the middle on each of the first two axes.
EmbeddedRows clouds(int rows, float apart, std::uint64_t seed) {
  EmbeddedRows all;
  Random random(seed);
  for (int i = 0; i < rows; ++i) {
    const int c = i % 4;
    std::vector<float> row(6);
    for (float& x : row) x = static_cast<float>(2 * random.uniform() - 1);
    row[0] += c == 0 || c == 3 ? apart : -apart;
    row[1] += c < 2 ? apart : -apart;
    all.add(row, c);
  }
  return all;
}

TEST(EmbeddingFigures, CloudsApartAreToldApart) {
  const auto train = clouds(200, 3, 1), test = clouds(80, 3, 2);
  EXPECT_EQ(mean(nearest_neighbour_hits(train, test)), 1);
  EXPECT_EQ(mean(linear_probe_hits(train, test)), 1);
  EXPECT_GT(mean(silhouettes(test)), 0.5);
}

TEST(EmbeddingFigures, OneCloudIsChance) {
  const auto train = clouds(800, 0, 3), test = clouds(400, 0, 4);
  EXPECT_NEAR(mean(nearest_neighbour_hits(train, test)), 0.25, 0.1);
  EXPECT_NEAR(mean(linear_probe_hits(train, test)), 0.25, 0.1);
  EXPECT_NEAR(mean(silhouettes(test)), 0, 0.05);
}

TEST(EmbeddingFigures, TheNearestBreakATie) {
  EmbeddedRows train, test;
  for (const auto& [x, c] :
       {std::pair(1.f, 2), std::pair(2.f, 1), std::pair(3.f, 1), std::pair(4.f, 2), std::pair(9.f, 3)})
    train.add(std::vector{x}, c);
  test.add(std::vector{0.f}, 2);
  EXPECT_EQ(nearest_neighbour_hits(train, test, 4).front(), 1) << "two votes each";
  EXPECT_EQ(nearest_neighbour_hits(train, test, 3).front(), 0) << "two against one";
  EXPECT_EQ(nearest_neighbour_hits(train, test, 99).front(), 1) << "no more neighbours than rows";
  EXPECT_THROW(nearest_neighbour_hits({}, test), Error);
  EXPECT_THROW(linear_probe_hits({}, test), Error);
}

// 0 and 1 against 5 and 6 on a line: for 0, a = 1 and b = 5.5.
TEST(EmbeddingFigures, SilhouettesAsRousseeuwDefinesThem) {
  EmbeddedRows rows;
  for (const auto& [x, c] : {std::pair(0.f, 0), std::pair(1.f, 0), std::pair(5.f, 1), std::pair(6.f, 1)})
    rows.add(std::vector{x}, c);
  const auto found = silhouettes(rows);
  EXPECT_NEAR(found[0], 4.5 / 5.5, 1e-6);
  EXPECT_NEAR(found[1], 3.5 / 4.5, 1e-6);
  rows.add(std::vector{9.f}, 2);
  EXPECT_EQ(silhouettes(rows).back(), 0) << "alone in its class";
  EmbeddedRows single;
  single.add(std::vector{1.f}, 0);
  single.add(std::vector{2.f}, 0);
  EXPECT_EQ(silhouettes(single), (std::vector<double>{0, 0}));
}

TEST(EmbeddingFigures, ThePlaneShowsTheWidestDirectionsFirst) {
  EmbeddedRows rows;
  for (int i = -10; i <= 10; ++i)
    for (int k = -1; k <= 1; ++k)  // along (3, 4) / 5 widely, across it less, nothing on the third axis
      rows.add(std::vector{0.6f * i - 0.8f * k + 7, 0.8f * i + 0.6f * k, 2.f}, 0);
  const auto plane = principal_plane(rows);
  EXPECT_NEAR(plane.front()[0], -10, 1e-3);
  EXPECT_NEAR(plane.back()[0], 10, 1e-3);
  EXPECT_NEAR(std::abs(plane.front()[1]), 1, 1e-3);
  EXPECT_NEAR(plane[0][1], -plane[2][1], 1e-3);
}

TEST(EmbeddingFigures, ColumnsAreStandardisedByTheTrainingRows) {
  EmbeddedRows train, test;
  train.add(std::vector{1.f, 5.f}, 0);
  train.add(std::vector{3.f, 5.f}, 0);
  test.add(std::vector{6.f, 7.f}, 0);
  standardise(train, test);
  EXPECT_EQ(train.values, (std::vector<float>{-1, 0, 1, 0}));
  EXPECT_EQ(test.values, (std::vector<float>{4, 2})) << "a constant column is only moved";
  EmbeddedRows rows;
  rows.add(std::vector{3.f, 4.f}, 0);
  rows.add(std::vector{0.f, 0.f}, 0);
  scale_to_unit_length(rows);
  EXPECT_NEAR(rows.values[0], 0.6, 1e-6);
  EXPECT_EQ(rows.values[3], 0);
}

}  // namespace
}  // namespace s2m
