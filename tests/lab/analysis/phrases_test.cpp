#include "lab/analysis/phrases.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace s2m {
namespace {

PartScore quarters_in(int bars) {
  PartScore piece;
  for (int bar = 0; bar < bars; ++bar) piece.bars.push_back({48 * bar, 48, {4, 4}, 120, {}});
  for (int beat = 0; beat < 4 * bars; ++beat) piece.part(Part::kMelody).push_back({12 * beat, 12, 60});
  return piece;
}

// The melody has a note on the first beat of `bar` and then rests.
void pause(PartScore& piece, int bar) {
  std::erase_if(piece.part(Part::kMelody), [&](const PartNote& note) {
    return note.start >= 48 * bar + 12 && note.start < 48 * (bar + 1);
  });
}

TEST(Phrases, AreFourBarsWhereNothingSpeaksAgainstIt) {
  EXPECT_EQ(find_phrases(quarters_in(16)), (std::vector<int>{0, 4, 8, 12}));
}

TEST(Phrases, BeginWhereTheMelodyHasWaited) {
  PartScore piece = quarters_in(12);
  pause(piece, 5);
  const auto starts = find_phrases(piece);
  EXPECT_NE(std::find(starts.begin(), starts.end(), 6), starts.end());
}

TEST(Phrases, OfNoBarsThereAreNone) { EXPECT_TRUE(find_phrases({}).empty()); }

}  // namespace
}  // namespace s2m
