#include "lab/reports/arranging_report.h"

#include <gtest/gtest.h>

namespace s2m {
namespace {

constexpr int kBar = 4 * kTicksPerQuarter;

Track part(std::vector<Note> notes) { return {.name = "Part", .notes = std::move(notes)}; }

// A whole note.
Note whole(int bar, int pitch, int velocity = 80) {
  return {bar * kBar, kBar, static_cast<std::uint8_t>(pitch), static_cast<std::uint8_t>(velocity)};
}

TEST(ArrangingReport, ANoteAtUnisonCountsThereAlone) {
  // Two parts in unison, one an octave below, one for itself.
  const Score score{
      .tracks = {part({whole(0, 72)}), part({whole(0, 72)}), part({whole(0, 60)}), part({whole(0, 67)})}};
  const auto figures = score_figures({&score, 1}, "four");
  EXPECT_DOUBLE_EQ(figures.unison, .5);
  EXPECT_DOUBLE_EQ(figures.octave, .25);
}

TEST(ArrangingReport, PartsSoundAtTheLevelOfTheirBar) {
  const Score score{.tracks = {part({whole(0, 72, 49), whole(1, 72, 112)}), part({whole(1, 60, 112)})}};
  const auto figures = score_figures({&score, 1}, "two");
  EXPECT_DOUBLE_EQ(figures.sounding[1], .5);  // p
  EXPECT_DOUBLE_EQ(figures.sounding[5], 1);   // ff
  EXPECT_DOUBLE_EQ(figures.sounding[3], -1);  // no bar is mf
  EXPECT_DOUBLE_EQ(figures.rests, .25);
}

TEST(ArrangingReport, ATieOverTheBarSoundsInBoth) {
  Note held = whole(0, 72);
  held.length_ticks = kBar + 1;
  const Score score{.tracks = {part({held}), part({whole(0, 60), whole(1, 60)})}};
  EXPECT_DOUBLE_EQ(score_figures({&score, 1}, "held").rests, 0);
}

}  // namespace
}  // namespace s2m
