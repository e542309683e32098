#include "story2midi/compose/sounding.h"

#include <gtest/gtest.h>

#include "tests/compose/build_events.h"

namespace s2m {
namespace {

TEST(Sounding, ANoteSoundsUntilItsEndAndInLaterBars) {
  Sounding sounding;
  sounding.push(note(kBassEvent, kHalf, 36, kWhole));
  sounding.push(note(kMelodyEvent, 0, 72, kQuarter));
  EXPECT_FALSE(sounding.notes()[0].sounds_at(kHalf - 1));
  EXPECT_TRUE(sounding.notes()[0].sounds_at(kHalf));
  sounding.open_bar(kWhole);
  ASSERT_EQ(sounding.notes().size(), 1u) << "the melody has ended";
  EXPECT_EQ(sounding.notes()[0].start, -kHalf);
  EXPECT_TRUE(sounding.notes()[0].sounds_at(kHalf - 1));
  EXPECT_FALSE(sounding.notes()[0].sounds_at(kHalf));
}

TEST(Sounding, AKeyThatIsStruckAgainEndsWhatItSounded) {
  Sounding sounding;
  sounding.push(note(kBassEvent, 0, 48, kWhole));
  sounding.push(note(kFigureEvent, kHalf, 48, kQuarter));
  EXPECT_EQ(sounding.notes()[0].end, kHalf);
  EXPECT_EQ(sounding.notes()[1].end, kHalf + kQuarter);
}

}  // namespace
}  // namespace s2m
