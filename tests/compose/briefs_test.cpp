// What a plan asks of each bar reaches the writer as it was asked.
#include "story2midi/compose/briefs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "story2midi/base/error.h"
#include "story2midi/music/key.h"
#include "tests/compose/build_events.h"

namespace s2m {
namespace {

Plan plan_of(const std::vector<int>& section_bars, const BarPlan& bar, const Key& home) {
  Plan plan;
  plan.key = home;
  for (const int bars : section_bars)
    plan.sections.push_back({.title = "", .bars = std::vector(static_cast<std::size_t>(bars), bar)});
  return plan;
}

std::vector<int> scale_classes(const BarBrief& brief) {
  std::vector<int> classes;
  for (int i = 0; i < 12; ++i)
    if (brief.scale[static_cast<std::size_t>(i)]) classes.push_back(i);
  return classes;
}

TEST(Briefs, BarsIn78CountTheirLengthDownToTheEnd) {
  const auto briefs = briefs_of(plan_of({3, 2}, {.metre = {7, 8}}, {}));
  ASSERT_EQ(briefs.size(), 5u);
  for (int i = 0; i < 5; ++i) {
    const BarBrief& brief = briefs[static_cast<std::size_t>(i)];
    EXPECT_EQ(metre_of(brief.description.values[kMetre]), (Metre{7, 8}));
    EXPECT_EQ(brief.bars_left, 5 - i);
    EXPECT_EQ(brief.positions_left, (5 - i) * 7 * kGridPerQuarter / 2);
  }
  EXPECT_THROW(briefs_of(plan_of({1}, {.metre = {13, 8}}, {})), Error);
}

TEST(Briefs, PhrasesCloseEveryFourBarsAndWithTheirSection) {
  std::vector<int> closing;
  const auto briefs = briefs_of(plan_of({6, 4}, {}, {}));
  for (std::size_t i = 0; i < briefs.size(); ++i)
    if (briefs[i].closes_phrase) closing.push_back(static_cast<int>(i));
  EXPECT_EQ(closing, (std::vector{3, 5, 9}));
}

TEST(Briefs, ChordsStandAsDegreesOfTheHomeKey) {
  const Key d_major{2, Mode::kMajor};
  const std::vector<Chord> chords{{0, 2, ChordQuality::kMajor, 6}, {24, 9, ChordQuality::kDominant7, 9}};
  const auto briefs = briefs_of(plan_of({1}, {.metre = {4, 4}, .key = d_major, .chords = chords}, d_major));
  EXPECT_EQ(briefs[0].chords, (std::vector{chord(0, kTonic, ChordQuality::kMajor, 4),  // over its third
                                           chord(24, kFifth, ChordQuality::kDominant7)}));
  EXPECT_EQ(briefs[0].transposition, -2);
}

TEST(Briefs, TheScaleIsThatOfTheBarsKeySeenFromHome) {
  const Key home{9, Mode::kMinor};
  const auto in = [&](const Key& local) {
    return scale_classes(briefs_of(plan_of({1}, {.metre = {4, 4}, .key = local}, home))[0]);
  };
  EXPECT_EQ(in(home), (std::vector{0, 2, 3, 5, 7, 8, 10, 11})) << "both sevenths of the minor scale";
  EXPECT_EQ(in({0, Mode::kMajor}), (std::vector{0, 2, 3, 5, 7, 8, 10})) << "its relative major";
  EXPECT_EQ(in({4, Mode::kMajor}), (std::vector{0, 2, 4, 6, 7, 9, 11})) << "E major's, from A";
  auto dorian = plan_of({1}, {.metre = {4, 4}, .key = home}, home);
  dorian.scale = Scale::kDorian;
  EXPECT_EQ(scale_classes(briefs_of(dorian)[0]), (std::vector{0, 2, 3, 5, 7, 9, 10}));
}

TEST(Briefs, ADescribedBarOfUnknownKeyIsAtHome) {
  const Key home{7, Mode::kMinor};
  const auto brief = brief_of({.description = bar_in({3, 4}), .bars_left = 2, .positions_left = 72}, home);
  EXPECT_EQ(scale_classes(brief), (std::vector{0, 2, 3, 5, 7, 8, 10, 11}));
  EXPECT_EQ(brief.final_mode, Mode::kMinor);
  EXPECT_EQ(brief.transposition, transposition_to_c(home));
}

TEST(Briefs, TheThemeIsWantedNoteByNote) {
  const EmotionCurve curve{{{{"One mood.", 0, 9}, {0.5, 0.3, {}}}}};
  const auto plan = make_plan(curve, {.bars = 8, .key = Key{4, Mode::kMajor}});
  const auto briefs = briefs_of(plan);
  int wanted = 0;
  for (int bar = 0; bar < 8; ++bar) {
    const auto theme = theme_notes(plan, bar);
    const auto& notes =
        briefs[static_cast<std::size_t>(bar)].wanted[static_cast<std::size_t>(Part::kMelody)].notes;
    ASSERT_EQ(notes.size(), theme.size()) << bar;
    for (std::size_t i = 0; i < theme.size(); ++i) {
      EXPECT_EQ(notes[i].position(), theme[i].start);
      EXPECT_EQ(notes[i].values[kPitch], theme[i].pitch - 4) << "transposed to C";
    }
    wanted += static_cast<int>(theme.size());
  }
  EXPECT_GT(wanted, 8);
}

TEST(Briefs, AFigureAndItsBassAreWantedAndDescribeTheirBar) {
  const std::vector<Chord> chords{{0, 0, ChordQuality::kMajor, 0}};
  const auto briefs =
      briefs_of(plan_of({2}, {.metre = {4, 4}, .chords = chords, .figure = "alberti", .bass = "held"}, {}));
  const auto& figure = briefs[0].wanted[static_cast<std::size_t>(Part::kFigure)].notes;
  const auto& bass = briefs[0].wanted[static_cast<std::size_t>(Part::kBass)].notes;
  ASSERT_GE(figure.size(), 6u);
  ASSERT_FALSE(bass.empty());
  for (const Event& one : figure) EXPECT_TRUE(is_chord_tone(chords[0], one.values[kPitch]));
  EXPECT_TRUE(std::ranges::is_sorted(figure, {}, &Event::position));
  const double quarters = 4, density = density_of(briefs[0].description.values[kDensity]);
  EXPECT_NEAR(density, static_cast<double>(figure.size() + bass.size()) / quarters, 0.5);
  EXPECT_EQ(briefs[1].description.values[kFigureReturn], 0) << "whether it returns is the decoder's choice";
  const auto free = briefs_of(plan_of({1}, {.metre = {4, 4}, .chords = chords}, {}));
  for (const WantedNotes& part : free[0].wanted) EXPECT_TRUE(part.notes.empty());
}

}  // namespace
}  // namespace s2m
