// What sounds, and what two hands can hold.
#include "story2midi/compose/sounding.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "story2midi/base/random.h"
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

// Some cut between the hands lets each have five keys and a tenth at most.
bool some_cut_fits(const std::vector<int>& pitches) {
  const auto fits = [&](std::size_t from, std::size_t to) {
    return from == to || (to - from <= 5 && pitches[to - 1] - pitches[from] <= 16);
  };
  for (std::size_t cut = 0; cut <= pitches.size(); ++cut)
    if (fits(0, cut) && fits(cut, pitches.size())) return true;
  return false;
}

TEST(Sounding, TwoHandsHoldFiveKeysAndATenthEach) {
  EXPECT_TRUE(fit_two_hands({}));
  Random random(1);
  int fitting = 0;
  for (int i = 0; i < 3000; ++i) {
    std::vector<int> pitches;
    const int count = random.between(1, 12), span = random.between(14, 70);
    for (int k = 0; k < count; ++k) pitches.push_back(21 + random.between(0, span));
    std::ranges::sort(pitches);
    pitches.erase(std::unique(pitches.begin(), pitches.end()), pitches.end());
    EXPECT_EQ(fit_two_hands(pitches), some_cut_fits(pitches)) << testing::PrintToString(pitches);
    fitting += fit_two_hands(pitches);
  }
  EXPECT_GT(fitting, 500);
  EXPECT_LT(fitting, 2500);
}

}  // namespace
}  // namespace s2m
