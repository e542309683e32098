// The soft preferences of a bar: which of two choices becomes likelier.
#include "story2midi/compose/bar_odds.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "tests/compose/build_events.h"

namespace s2m {
namespace {

// What is added to each value's log odds.
std::vector<float> bent(const OpenedBar& bar, const Event& so_far, int field) {
  std::vector<float> odds(
      static_cast<std::size_t>(fields_of(so_far.kind)[static_cast<std::size_t>(field)].size));
  BarOdds(bar.open()).bend(so_far, field, odds);
  return odds;
}

std::array<float, kKindCount> bent_kinds(const OpenedBar& bar) {
  std::array<float, kKindCount> odds{};
  BarOdds(bar.open()).bend(odds);
  return odds;
}

TEST(BarOdds, ChordTonesAreFavouredMostOnStrongBeats) {
  OpenedBar bar;
  bar.write({chord(0, kTonic)});
  const auto downbeat = bent(bar, note(kMelodyEvent, 0, 0), kPitch);
  const auto offbeat = bent(bar, note(kMelodyEvent, 3, 0), kPitch);
  EXPECT_GT(downbeat[64], downbeat[65]);
  EXPECT_GT(downbeat[64] - downbeat[65], offbeat[64] - offbeat[65]);
  EXPECT_GT(downbeat[65], downbeat[66]) << "F sharp is foreign to C major";
}

TEST(BarOdds, RoughIntervalsCostMoreThanConsonances) {
  OpenedBar bar;
  bar.write({chord(0, kTonic), note(kMelodyEvent, 0, 72, kWhole)});
  const auto odds = bent(bar, note(kFigureEvent, 0, 0), kPitch);
  EXPECT_EQ(odds[60], 0) << "an octave";
  EXPECT_GT(odds[65], odds[66]) << "a fifth, a tritone";
  EXPECT_GT(odds[66], odds[71]) << "a tritone, a semitone";
  OpenedBar rests;
  rests.write({chord(0, kTonic), note(kMelodyEvent, kHalf, 72)});
  EXPECT_EQ(bent(rests, note(kFigureEvent, 0, 0), kPitch)[71], 0) << "nothing sounds yet";
}

TEST(BarOdds, ANoteOffTheBeatEndsByTheNextBeat) {
  const auto lost = [](Metre metre, int position, int length) {
    const OpenedBar bar(metre);
    const auto odds = bent(bar, note(kMelodyEvent, position, 64), kDuration);
    return odds[static_cast<std::size_t>(duration_value(length))] < 0;
  };
  EXPECT_FALSE(lost({4, 4}, 0, kWhole)) << "on the beat any length is good";
  EXPECT_FALSE(lost({4, 4}, 6, 6));
  EXPECT_TRUE(lost({4, 4}, 6, 12)) << "a syncopation";
  EXPECT_FALSE(lost({6, 8}, 6, 12)) << "the second eighth of three";
  EXPECT_TRUE(lost({6, 8}, 12, 12));
  EXPECT_FALSE(lost({7, 8}, 30, 12)) << "the last group of 7/8 has three eighths";
  EXPECT_TRUE(lost({7, 8}, 36, 12)) << "over the bar line";
}

TEST(BarOdds, WantedNotesAreFavouredOneAfterAnother) {
  OpenedBar bar;
  auto& melody = bar.brief.wanted[static_cast<std::size_t>(Part::kMelody)];
  melody = {{note(kMelodyEvent, 0, 64, kQuarter), note(kMelodyEvent, kHalf, 67, kHalf)}, 8, 6};
  bar.write({chord(0, kTonic)});
  EXPECT_EQ(bent_kinds(bar)[kMelodyEvent], 8);
  EXPECT_EQ(bent(bar, {.kind = kMelodyEvent}, kPosition)[0], 8);
  bar.write({note(kMelodyEvent, 0, 64)});
  const auto positions = bent(bar, {.kind = kMelodyEvent}, kPosition);
  EXPECT_EQ(positions[kHalf], 8);
  EXPECT_EQ(positions[kQuarter], 0);
  const auto pitches = bent(bar, note(kMelodyEvent, kHalf, 0), kPitch);
  EXPECT_GT(pitches[67], pitches[64] + 5) << "both are chord tones, one is wanted";
  const auto lengths = bent(bar, note(kMelodyEvent, kHalf, 67), kDuration);
  EXPECT_EQ(lengths[static_cast<std::size_t>(duration_value(kHalf))], 8);
  bar.write({note(kMelodyEvent, kHalf, 67, kQuarter)});
  EXPECT_EQ(bent_kinds(bar)[kMelodyEvent], -8) << "the wish is fulfilled: no further note";
}

TEST(BarOdds, ABarWithoutWishesLeavesTheKindsAlone) {
  OpenedBar bar;
  bar.write({chord(0, kTonic)});
  for (const float odds : bent_kinds(bar)) EXPECT_EQ(odds, 0);
}

}  // namespace
}  // namespace s2m
