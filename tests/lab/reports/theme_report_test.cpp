// How alike the chords of two plans are.
#include "lab/reports/theme_report.h"

#include <gtest/gtest.h>

namespace s2m {
namespace {

Plan in_key(int tonic, std::initializer_list<int> roots) {
  Plan plan;
  plan.key = {tonic, Mode::kMajor};
  plan.sections.emplace_back();
  for (const int root : roots) {
    BarPlan bar;
    bar.key = plan.key;
    const auto pitch = static_cast<std::uint8_t>((tonic + root) % 12);
    bar.chords = {{0, pitch, ChordQuality::kMajor, pitch}};
    plan.sections[0].bars.push_back(bar);
  }
  return plan;
}

TEST(ThemeReport, ChordsAreComparedWithinTheirKeys) {
  EXPECT_NEAR(chord_similarity(in_key(0, {0, 5, 7, 0}), in_key(4, {0, 5, 7, 0})), 1, 1e-9);
  EXPECT_NEAR(chord_similarity(in_key(0, {0, 5, 7, 0}), in_key(0, {0, 5, 7, 9})), 2.0 / 3, 1e-9);
  EXPECT_EQ(chord_similarity(in_key(0, {0, 5, 7}), in_key(0, {0, 7, 5})), 0);
  EXPECT_EQ(chord_similarity(in_key(0, {0}), in_key(0, {0})), 0) << "without a change";
}

}  // namespace
}  // namespace s2m
