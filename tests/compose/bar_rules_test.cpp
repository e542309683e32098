// The hard rules of a bar, as a musician would state them.
#include "story2midi/compose/bar_rules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/compose/build_events.h"

namespace s2m {
namespace {

// The values of a field that the rules allow, given the event's fields before it.
std::vector<int> allowed(const BarRules& rules, const Event& so_far, int field) {
  std::vector<int> values;
  const int size = fields_of(so_far.kind)[static_cast<std::size_t>(field)].size;
  for (int value = 0; value < size; ++value)
    if (rules.allows(so_far, field, value)) values.push_back(value);
  return values;
}

bool allows_pitch(const OpenedBar& bar, EventKind kind, int position, int pitch) {
  return bar.rules().allows(note(kind, position, 0), kPitch, pitch);
}

TEST(BarRules, ABarIn78HasItsLengthAndItsBeats) {
  OpenedBar bar({7, 8});
  const auto chords = allowed(bar.rules(), {.kind = kChordEvent}, kChordPosition);
  EXPECT_EQ(chords, std::vector{0}) << "the first chord stands on the bar line";
  bar.write({chord(0, kTonic)});
  EXPECT_EQ(allowed(bar.rules(), {.kind = kChordEvent}, kChordPosition), (std::vector{12, 24}))
      << "2 + 2 + 3 eighths";
  const auto positions = allowed(bar.rules(), {.kind = kMelodyEvent}, kPosition);
  EXPECT_EQ(positions.front(), 0);
  EXPECT_EQ(positions.back(), 39) << "the last sixteenth of seven eighths";
  EXPECT_TRUE(std::ranges::all_of(positions, [](int position) { return position % 3 == 0; }));
}

TEST(BarRules, TheBassStrikesTheChordsBassAndTheFigureItsTones) {
  OpenedBar bar;
  bar.write({chord(0, kTonic, ChordQuality::kMajor, 4), chord(kHalf, kFifth)});
  const auto classes = [&](EventKind kind, int position) {
    std::vector<int> found;
    for (const int pitch : allowed(bar.rules(), note(kind, position, 0), kPitch)) found.push_back(pitch % 12);
    std::ranges::sort(found);
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
  };
  EXPECT_EQ(classes(kBassEvent, 0), std::vector{4}) << "first inversion";
  EXPECT_EQ(classes(kBassEvent, kHalf), std::vector{7});
  EXPECT_EQ(classes(kFigureEvent, 0), (std::vector{0, 4, 7}));
  EXPECT_EQ(classes(kFigureEvent, kHalf), (std::vector{2, 7, 11}));
  EXPECT_EQ(classes(kBassEvent, kQuarter), (std::vector{0, 2, 4, 5, 7, 9, 11}))
      << "passing notes of the scale";
}

TEST(BarRules, TheMelodyLeapsAnOctaveAtMost) {
  OpenedBar bar;
  bar.write({chord(0, kTonic), note(kMelodyEvent, 0, 67)});
  EXPECT_TRUE(allows_pitch(bar, kMelodyEvent, kQuarter, 79));
  EXPECT_FALSE(allows_pitch(bar, kMelodyEvent, kQuarter, 81));
  EXPECT_FALSE(allows_pitch(bar, kMelodyEvent, kQuarter, 66)) << "outside the scale";
}

TEST(BarRules, RangesAreThoseOfSoundingPitches) {
  for (const int transposition : {-6, 0, 5}) {
    OpenedBar bar;
    bar.brief.transposition = transposition;
    bar.brief.scale.fill(true);
    bar.write({chord(0, kTonic)});
    const auto pitches = allowed(bar.rules(), note(kMelodyEvent, kQuarter, 0), kPitch);
    EXPECT_EQ(pitches.front() - transposition, 58);
    EXPECT_EQ(pitches.back() - transposition, 88);
  }
}

TEST(BarRules, NoMudBelowC3) {
  OpenedBar bar;
  bar.write({chord(0, kTonic), note(kBassEvent, 0, 36, kWhole)});
  EXPECT_FALSE(allows_pitch(bar, kBassEvent, 0, 40));
  OpenedBar high;
  high.write({chord(0, kTonic), note(kBassEvent, 0, 43, kWhole)});
  EXPECT_TRUE(allows_pitch(high, kFigureEvent, 0, 48)) << "from C3 upwards";
  OpenedBar minor;
  minor.write({chord(0, kTonic, ChordQuality::kMinor), note(kBassEvent, 0, 45, kWhole)});
  EXPECT_FALSE(allows_pitch(minor, kFigureEvent, 0, 43)) << "a second, and both low";
}

TEST(BarRules, TheFigureStaysUnderTheMelodyAndDoesNotClash) {
  OpenedBar bar;
  bar.write({chord(0, kTonic, ChordQuality::kMajor7), note(kMelodyEvent, 0, 60, kHalf)});
  EXPECT_TRUE(allows_pitch(bar, kFigureEvent, 0, 55));
  EXPECT_FALSE(allows_pitch(bar, kFigureEvent, 0, 60)) << "the melody's key";
  EXPECT_FALSE(allows_pitch(bar, kFigureEvent, 0, 59)) << "a semitone below it";
  EXPECT_FALSE(allows_pitch(bar, kFigureEvent, 0, 64)) << "above it";
  EXPECT_TRUE(allows_pitch(bar, kFigureEvent, kHalf, 64)) << "where the melody rests";
}

TEST(BarRules, ALongNoteDoesNotRunIntoAClash) {
  OpenedBar bar;
  bar.write({chord(0, kTonic, ChordQuality::kMajor7), note(kMelodyEvent, kHalf, 60, kHalf)});
  const auto lengths = allowed(bar.rules(), note(kFigureEvent, 0, 59), kDuration);
  ASSERT_FALSE(lengths.empty());
  for (const int value : lengths) EXPECT_LE(kDurations[static_cast<std::size_t>(value)], kHalf);
}

TEST(BarRules, TheFigureStrikesFourKeysAtOnceAtMost) {
  OpenedBar bar;
  bar.write(
      {chord(0, kTonic), note(kFigureEvent, 0, 67), note(kFigureEvent, 0, 64), note(kFigureEvent, 0, 60)});
  EXPECT_TRUE(allows_pitch(bar, kFigureEvent, 0, 55));
  bar.write({note(kFigureEvent, 0, 55)});
  EXPECT_FALSE(allows_pitch(bar, kFigureEvent, 0, 52));
}

TEST(BarRules, TripletsAreWhole) {
  OpenedBar bar;
  bar.write({chord(0, kTonic)});
  const Event next{.kind = kMelodyEvent};
  EXPECT_FALSE(bar.rules().allows(next, kPosition, 4)) << "its beat is not struck";
  bar.write({note(kMelodyEvent, 0, 64, 4)});
  EXPECT_TRUE(bar.rules().allows(next, kPosition, 4));
  EXPECT_FALSE(bar.rules().allows(next, kPosition, 8)) << "the second third first";
  bar.write({note(kMelodyEvent, 4, 65, 4)});
  EXPECT_EQ(allowed(bar.rules(), next, kPosition), std::vector{8});
  EXPECT_FALSE(bar.rules().allows(kBarEvent)) << "the last third is missing";
  bar.write({note(kMelodyEvent, 8, 67, 4)});
  EXPECT_TRUE(bar.rules().allows(kBarEvent));
  const Event below{.kind = kFigureEvent};
  EXPECT_FALSE(bar.rules().allows(below, kPosition, 3) || bar.rules().allows(below, kPosition, 9))
      << "no sixteenths against a triplet";
  EXPECT_TRUE(bar.rules().allows(below, kPosition, 6)) << "two against three is played everywhere";
  EXPECT_TRUE(bar.rules().allows(below, kPosition, 15)) << "another beat";
  OpenedBar sixteenths;
  sixteenths.write({chord(0, kTonic), note(kMelodyEvent, 0, 64, 3), note(kMelodyEvent, 3, 65, 3)});
  EXPECT_FALSE(sixteenths.rules().allows({.kind = kFigureEvent}, kPosition, 4)) << "no triplet against them";
}

TEST(BarRules, ABarHasAsManyNotesAsItIsDescribed) {
  OpenedBar bar;
  const auto described = [&](BarField field, double density) {
    bar.brief.description.values[field] = static_cast<std::uint8_t>(density_value(density));
  };
  described(kMelodyDensity, 2);
  described(kDensity, 0);
  bar.write({chord(0, kTonic)});
  const double notes = 4 * density_of(density_value(2));
  int count = 0;
  for (; bar.rules().allows(kMelodyEvent); ++count) {
    if (count < notes / 2) {
      EXPECT_FALSE(bar.rules().allows(kBarEvent)) << count;
    }
    if (count >= notes * 3 / 4) {
      EXPECT_TRUE(bar.rules().allows(kBarEvent)) << count;
    }
    bar.write({note(kMelodyEvent, 3 * count, 64 + count % 2, 3)});
  }
  EXPECT_GE(count, notes);
  EXPECT_LE(count, notes * 3 / 2 + 1);
}

TEST(BarRules, GivenChordsAreAllThereAre) {
  OpenedBar bar;
  EXPECT_TRUE(bar.rules().allows(kChordEvent));
  EXPECT_FALSE(bar.rules().allows(kBarEvent)) << "a bar has a chord";
  bar.brief.chords = {chord(0, kFifth)};
  EXPECT_FALSE(bar.rules().allows(kChordEvent)) << "they are written, not drawn";
}

TEST(BarRules, TheLastBarIsTheTonicHeldToTheEnd) {
  OpenedBar bar({6, 8});
  bar.brief.bars_left = 1;
  bar.brief.positions_left = bar_length({6, 8});
  bar.brief.final_mode = Mode::kMinor;
  const auto rules = bar.rules();
  const Event any_chord{.kind = kChordEvent};
  EXPECT_EQ(allowed(rules, any_chord, kDegree), std::vector{0});
  EXPECT_EQ(allowed(rules, any_chord, kQuality), std::vector{static_cast<int>(ChordQuality::kMinor)});
  EXPECT_EQ(allowed(rules, any_chord, kInversion), std::vector{0});
  bar.write({chord(0, kTonic, ChordQuality::kMinor)});
  for (const auto kind : {kMelodyEvent, kBassEvent}) {
    EXPECT_EQ(allowed(bar.rules(), {.kind = kind}, kPosition), std::vector{0});
    for (const int pitch : allowed(bar.rules(), note(kind, 0, 0), kPitch)) EXPECT_EQ(pitch % 12, 0);
    const auto lengths = allowed(bar.rules(), note(kind, 0, 60), kDuration);
    ASSERT_EQ(lengths.size(), 1u);
    EXPECT_EQ(kDurations[static_cast<std::size_t>(lengths[0])], 36);
  }
  EXPECT_FALSE(bar.rules().allows(kBarEvent)) << "melody, bass and figure close the piece";
}

TEST(BarRules, NothingSoundsIntoTheLastBar) {
  OpenedBar bar;
  bar.brief.bars_left = 2;
  bar.brief.positions_left = 2 * kWhole;
  bar.write({chord(0, kTonic)});
  for (const int value : allowed(bar.rules(), note(kMelodyEvent, kHalf, 64), kDuration))
    EXPECT_LE(kDurations[static_cast<std::size_t>(value)], kHalf);
}

}  // namespace
}  // namespace s2m
