// Bars without music.
#include "story2midi/compose/silence.h"

#include <gtest/gtest.h>

namespace s2m {
namespace {

TEST(Silence, NothingSoundsInASilentBar) {
  PartScore piece;
  for (int bar = 0; bar < 4; ++bar) piece.bars.push_back({.start = 48 * bar});
  piece.part(Part::kMelody) = {{0, 24, 72}, {36, 60, 74}, {100, 12, 76}, {150, 12, 77}};
  piece.part(Part::kBass) = {{48, 48, 40}, {96, 96, 41}};
  std::vector<BarPlan> plans(4);
  plans[1].density = plans[2].density = 0;
  const auto silent = silenced(piece, plans);
  EXPECT_EQ(silent.part(Part::kMelody), (std::vector<PartNote>{{0, 24, 72}, {36, 12, 74}, {150, 12, 77}}));
  EXPECT_TRUE(silent.part(Part::kBass).empty());
  plans[1].density = plans[2].density = 2;
  EXPECT_EQ(silenced(piece, plans), piece);
}

}  // namespace
}  // namespace s2m
