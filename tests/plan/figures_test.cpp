// Accompanying figures: two hands can play them in every metre.
#include "story2midi/plan/figures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "story2midi/base/error.h"
#include "story2midi/emotion/labels.h"
#include "story2midi/plan/gestures.h"
#include "story2midi/plan/harmony.h"

namespace s2m {
namespace {

std::vector<FigureBar> bars() {
  std::vector<FigureBar> all;
  for (const auto metre : written_metres())
    for (int root = 0; root < 12; ++root)
      for (int quality = 0; quality < kChordQualityCount; ++quality) {
        const auto r = static_cast<std::uint8_t>(root);
        FigureBar bar{metre, {{0, r, static_cast<ChordQuality>(quality), r}}};
        const auto next = static_cast<std::uint8_t>((root + 5) % 12);
        if (second_half(metre) > 0)
          bar.chords.push_back({second_half(metre), next, ChordQuality::kMajor, next});
        all.push_back(bar);
      }
  return all;
}

const Chord& chord_at(const FigureBar& bar, int position) {
  const Chord* found = &bar.chords.front();
  for (const auto& chord : bar.chords)
    if (chord.start <= position) found = &chord;
  return *found;
}

TEST(Figures, StandInEveryMetreOnTheirChords) {
  for (const auto& figure : figures()) {
    ASSERT_TRUE(is_bass_pattern(figure.bass)) << figure.name;
    for (const auto& bar : bars()) {
      const auto notes = realise_figure(figure.name, bar);
      if (bar_length(bar.metre) > 3) ASSERT_FALSE(notes.empty()) << figure.name << " " << name_of(bar.metre);
      for (const auto& note : notes) {
        EXPECT_TRUE(is_chord_tone(chord_at(bar, note.start), note.pitch))
            << figure.name << " " << name_of(bar.metre);
        EXPECT_LE(note.start + note.length, bar_length(bar.metre));
        EXPECT_GE(note.length, 1);
        EXPECT_EQ(&chord_at(bar, note.start), &chord_at(bar, note.start + note.length - 1))
            << "across a change";
      }
    }
  }
}

TEST(Figures, TwoHandsPlayThem) {
  for (const auto& figure : figures())
    for (const auto& bar : bars()) {
      auto notes = realise_figure(figure.name, bar);
      for (const auto& note : realise_bass(figure.bass, bar)) notes.push_back(note);
      for (int at = 0; at < bar_length(bar.metre); ++at) {
        std::set<int> keys;
        for (const auto& note : notes)
          if (note.start <= at && at < note.start + note.length) keys.insert(note.pitch);
        if (keys.empty()) continue;
        EXPECT_LE(keys.size(), 5u) << figure.name;
        EXPECT_LE(*keys.rbegin() - *keys.begin(), 16) << figure.name << " " << name_of(bar.metre);
        for (auto key = keys.begin(); std::next(key) != keys.end(); ++key)
          if (*std::next(key) < 48) EXPECT_GE(*std::next(key) - *key, 4) << figure.name;
      }
    }
}

TEST(Figures, TheBassStrikesItsNoteAtEveryChange) {
  for (const auto name : bass_patterns())
    for (const auto& bar : bars()) {
      const auto notes = realise_bass(name, bar);
      for (const auto& chord : bar.chords)
        EXPECT_TRUE(std::ranges::any_of(
            notes,
            [&](const PartNote& note) { return note.start == chord.start && note.pitch % 12 == chord.bass; }))
            << name << " " << name_of(bar.metre);
      for (std::size_t i = 1; i < notes.size(); ++i)
        EXPECT_LE(notes[i - 1].start + notes[i - 1].length, notes[i].start) << "one note at a time";
    }
}

TEST(Figures, AWaltzIsOneBassAndTwoChords) {
  const FigureBar bar{{3, 4}, {{0, 0, ChordQuality::kMajor, 0}}};
  std::set<int> onsets;
  for (const auto& note : realise_figure("oom_pah", bar)) onsets.insert(note.start);
  EXPECT_EQ(onsets, (std::set<int>{12, 24}));
  EXPECT_EQ(realise_bass("oom", bar).size(), 1u);
}

TEST(Figures, UnknownNamesAreErrors) {
  const FigureBar bar{{4, 4}, {{0, 0, ChordQuality::kMajor, 0}}};
  EXPECT_THROW(realise_figure("polka", bar), Error);
  EXPECT_THROW(realise_bass("polka", bar), Error);
  EXPECT_EQ(find_figure("polka"), nullptr);
}

TEST(Gestures, EachLabelHasItsFigure) {
  ASSERT_EQ(gestures().size(), kLabelCount);
  for (std::size_t i = 0; i < kLabelCount; ++i) {
    const auto& gesture = gestures()[i];
    EXPECT_EQ(gesture.label, kLabelNames[i]);
    EXPECT_NE(find_figure(gesture.figure), nullptr) << gesture.label;
    EXPECT_NE(find_figure(gesture.contrast), nullptr) << gesture.label;
    Emotion emotion{gesture.centre, std::vector<double>(kLabelCount, 0.002), {}};
    emotion.labels.back() = 0.3;
    emotion.labels[i] = 0.7;
    EXPECT_EQ(gesture_of(emotion).label, gesture.label);
    const auto plan = make_plan({{{{"A story.", 0, 8}, emotion}}}, {.bars = 16});
    EXPECT_EQ(plan.sections[0].bars[0].figure, gesture.figure) << gesture.label;
    EXPECT_EQ(plan.sections[0].bars[3].figure, gesture.figure) << "a figure a phrase";
    EXPECT_EQ(plan.sections[0].bars[8].figure, gesture.contrast) << gesture.label;
  }
}

TEST(Gestures, FearIsNotAngerAndGriefIsNotCalm) {
  const auto figure = [](double valence, double arousal) {
    return gesture_of({{valence, arousal}, {}, {}}).figure;
  };
  EXPECT_EQ(figure(-0.8, -0.7), "chorale");
  EXPECT_EQ(figure(0.6, -0.6), "rocking");
  EXPECT_EQ(figure(0.9, 0.6), "oom_pah");
}

}  // namespace
}  // namespace s2m
