// Themes as a musician would judge them.
#include "story2midi/plan/motif.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "story2midi/emotion/labels.h"
#include "story2midi/plan/motif_tables.h"
#include "story2midi/plan/plan.h"

namespace s2m {
namespace {

Emotion feeling(double valence, double arousal, std::string_view label) {
  Emotion emotion{{valence, arousal}, std::vector<double>(kLabelCount, 0.004), {}};
  for (std::size_t i = 0; i < kLabelCount; ++i)
    if (kLabelNames[i] == label) emotion.labels[i] = 0.6;
  return emotion;
}

Plan plan_of(const Emotion& emotion, PlanOptions options = {.bars = 16}) {
  return make_plan({{{{"A story.", 0, 8}, emotion}}}, options);
}

std::vector<std::pair<int, int>> rhythm(const std::vector<PartNote>& notes) {
  std::vector<std::pair<int, int>> all;
  for (const auto& note : notes) all.push_back({note.start, note.length});
  return all;
}

TEST(Motif, EveryMotifFillsTwoBarsOfEveryMetre) {
  for (const auto metre : written_metres())
    for (std::size_t row = 0; row < motif_rows().size(); ++row) {
      const auto motif = motif_of({row, row}, metre);
      ASSERT_FALSE(motif.notes.empty());
      EXPECT_LE(motif.notes.back().start + motif.notes.back().length, 2 * bar_length(metre));
      for (std::size_t i = 0; i < motif.notes.size(); ++i) {
        EXPECT_GE(motif.notes[i].length, 1);
        if (i > 0) EXPECT_GE(motif.notes[i].start, motif.notes[i - 1].start + motif.notes[i - 1].length);
      }
    }
}

TEST(Motif, EachFeelingHasAnActiveAndACalmOne) {
  for (std::size_t row = 0; row < motif_rows().size(); ++row) {
    EXPECT_EQ(static_cast<std::size_t>(motif_rows()[row].feeling), row / 2);
    for (std::size_t other = 0; other < row; ++other)
      EXPECT_NE(motif_rows()[row].contour.name, motif_rows()[other].contour.name);
  }
  EXPECT_NE(motif_choice(feeling(0.6, 0.5, "joy")), motif_choice(feeling(0.6, -0.5, "joy")));
}

TEST(Motif, ThemeFollowsTheFeelingAndNotTheSeedOrASmallChange) {
  const auto one = plan_of(feeling(0.6, 0.5, "joy"));
  EXPECT_EQ(one.themes, plan_of(feeling(0.55, 0.42, "joy")).themes);
  EXPECT_NE(one.themes, plan_of(feeling(-0.6, 0.5, "fear")).themes);
  EXPECT_NE(plan_of(feeling(-0.6, 0.5, "anger")).themes, plan_of(feeling(-0.6, 0.5, "fear")).themes);
}

// A second feeling lends its rhythm: the contour stays.
TEST(Motif, FeelingsThatMeetShareAContour) {
  auto mixed = feeling(0.6, 0.5, "joy");
  mixed.labels[21] = 0.15;
  ASSERT_EQ(kLabelNames[21], "pride");
  const auto plain = plan_of(feeling(0.6, 0.5, "joy")).themes[0], both = plan_of(mixed).themes[0];
  EXPECT_EQ(plain.contour, both.contour);
  EXPECT_NE(plain.rhythm, both.rhythm);
}

TEST(Motif, APeriodStatesAnswersContrastsAndReturns) {
  const auto bars = plan_bars(plan_of(feeling(0.6, 0.5, "joy")));
  for (const std::size_t statement : {0u, 4u, 12u}) {
    EXPECT_EQ(bars[statement].theme, (ThemeUse{1, ThemeForm::kStatement, 0, 0}));
    EXPECT_EQ(bars[statement + 1].theme, (ThemeUse{1, ThemeForm::kStatement, 1, 0}));
  }
  EXPECT_EQ(bars[8].theme.form, ThemeForm::kInversion);
  EXPECT_EQ(bars.back().theme.form, ThemeForm::kClose);
}

TEST(Motif, TheOpeningThemeComesBackAtTheEnd) {
  EmotionCurve curve;
  for (int i = 0; i < 6; ++i) {
    const auto start = static_cast<std::size_t>(i) * 400;
    curve.points.push_back({{std::string(399, 'w'), start, start + 399},
                            i % 2 ? feeling(-0.7, 0.6, "fear") : feeling(0.6, -0.5, "love")});
  }
  const auto plan = make_plan(curve, {.bars = 64});
  const auto bars = plan_bars(plan);
  EXPECT_GT(plan.themes.size(), 1u);
  EXPECT_LE(plan.themes.size(), 5u);
  EXPECT_EQ(bars.front().theme.theme, 1);
  EXPECT_EQ(bars[60].theme.theme, 1);
  EXPECT_EQ(bars.back().theme.theme, 1);
}

TEST(Motif, ARestatementKeepsRhythmAndASequenceMovesIt) {
  for (const auto metre : {Metre{4, 4}, Metre{3, 4}, Metre{6, 8}, Metre{5, 4}, Metre{7, 8}, Metre{12, 8}}) {
    const auto plan = plan_of(feeling(0.6, 0.5, "joy"), {.bars = 16, .metre = metre});
    EXPECT_EQ(theme_notes(plan, 0), theme_notes(plan, 4)) << "the answer begins as the statement did";
    EXPECT_EQ(theme_notes(plan, 0), theme_notes(plan, 12)) << "and so does the return";
    EXPECT_EQ(rhythm(theme_notes(plan, 0)), rhythm(theme_notes(plan, 2)));
    EXPECT_EQ(rhythm(theme_notes(plan, 0)), rhythm(theme_notes(plan, 9)));
  }
}

TEST(Motif, StrongNotesAreChordTonesInASingersRange) {
  for (const auto* label : {"joy", "love", "pride", "fear", "anger", "sadness", "curiosity"})
    for (const double valence : {-0.6, 0.6})
      for (const auto metre : written_metres()) {
        const auto plan = plan_of(feeling(valence, 0.2, label), {.bars = 16, .metre = metre});
        const auto bars = plan_bars(plan);
        for (int i = 0; i < 16; ++i)
          for (const auto& note : theme_notes(plan, i)) {
            const auto& bar = bars[static_cast<std::size_t>(i)];
            EXPECT_LE(note.start + note.length, bar_length(metre));
            EXPECT_GE(note.pitch, 48);
            EXPECT_LE(note.pitch, 96);
            const Chord* chord = &bar.chords.front();
            for (const auto& one : bar.chords)
              if (one.start <= note.start) chord = &one;
            if (metrical_weight(metre, note.start) >= 0.5)
              EXPECT_TRUE(is_chord_tone(*chord, note.pitch)) << label << " bar " << i << " at " << note.start;
          }
      }
}

TEST(Motif, AnEditedChordMovesTheTheme) {
  auto plan = plan_of(feeling(0.6, 0.5, "joy"));
  const auto before = theme_notes(plan, 0);
  auto& chord = plan.sections[0].bars[0].chords[0];
  chord.root = chord.bass = static_cast<std::uint8_t>((chord.root + 5) % 12);
  EXPECT_NE(theme_notes(plan, 0), before);
}

TEST(Motif, ABarWithoutAThemeIsFree) {
  auto plan = plan_of(feeling(0.6, 0.5, "joy"));
  plan.sections[0].bars[0].theme = {};
  EXPECT_TRUE(theme_notes(plan, 0).empty());
  EXPECT_TRUE(theme_notes(plan, 99).empty());
}

TEST(Motif, NamesOfFormsGoThereAndBack) {
  for (int i = 0; i < kThemeFormCount; ++i)
    EXPECT_EQ(theme_form_of_name(name_of(static_cast<ThemeForm>(i))), static_cast<ThemeForm>(i));
  EXPECT_FALSE(theme_form_of_name("retrograde"));
}

}  // namespace
}  // namespace s2m
