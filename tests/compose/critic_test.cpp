// The critic prefers what a musician prefers.
#include "story2midi/compose/critic.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/compose/build_events.h"

namespace s2m {
namespace {

// Bars of C major, each with the melody of its list: (position, pitch) in quarters.
using Melody = std::vector<Event>;

std::vector<Event> piece_of(const std::vector<Melody>& melodies) {
  std::vector<Event> piece;
  for (const Melody& melody : melodies) {
    piece.push_back(bar_in({4, 4}));
    piece.push_back(chord(0, kTonic));
    piece.insert(piece.end(), melody.begin(), melody.end());
    piece.push_back(note(kBassEvent, 0, 36, kWhole));
  }
  return piece;
}

Melody melody_at(const std::vector<int>& positions, int first_pitch = 60) {
  Melody melody;
  for (const int position : positions) {
    melody.push_back(note(kMelodyEvent, position, first_pitch));
    first_pitch += melody.size() % 2 ? 2 : -2;
  }
  return melody;
}

TEST(Critic, ADraftWhoseRhythmReturnsIsPreferred) {
  const std::vector<int> one{0, 12, 24, 36}, other{0, 6, 24, 30}, third{0, 18, 24, 36}, fourth{0, 12, 18, 24};
  const auto returns = piece_of({melody_at(one), melody_at(other), melody_at(one), melody_at(other)});
  const auto wanders = piece_of({melody_at(one), melody_at(other), melody_at(third), melody_at(fourth)});
  const auto measured = measure_phrase(returns, 4);
  EXPECT_DOUBLE_EQ(measured.melody_returns, 0.5);
  EXPECT_DOUBLE_EQ(measure_phrase(wanders, 4).melody_returns, 0);
  EXPECT_LT(cost_of(measured), cost_of(measure_phrase(wanders, 4)));
}

TEST(Critic, ARhythmMayReturnFromThePhraseBefore) {
  const std::vector<int> one{0, 12}, other{0, 6};
  const auto piece = piece_of({melody_at(one), melody_at(other), melody_at(one), melody_at(other)});
  EXPECT_DOUBLE_EQ(measure_phrase(piece, 2).melody_returns, 1);
  EXPECT_DOUBLE_EQ(measure_phrase(std::span(piece).last(piece.size() / 2), 2).melody_returns, 0);
}

TEST(Critic, StepsArePreferredToLeapsThatDoNotTurnBack) {
  const auto measured = [](const std::vector<int>& pitches) {
    Melody melody;
    for (std::size_t i = 0; i < pitches.size(); ++i)
      melody.push_back(note(kMelodyEvent, static_cast<int>(i) * 6, pitches[i], 6));
    return measure_phrase(piece_of({melody}), 1);
  };
  const auto steps = measured({60, 62, 64, 65, 64}), leap = measured({60, 69, 71, 72, 74});
  EXPECT_DOUBLE_EQ(steps.steps, 1);
  EXPECT_DOUBLE_EQ(leap.leaps, 0.25);
  EXPECT_DOUBLE_EQ(measured({60, 69, 67, 65, 64}).leaps, 0) << "it turns back";
  EXPECT_DOUBLE_EQ(measured({60, 60, 60, 62, 64}).repeats, 0.5);
  EXPECT_LT(cost_of(steps), cost_of(leap));
}

TEST(Critic, ChordTonesOnBeatsAndNoClashes) {
  const auto fitting = measure_phrase(piece_of({{note(kMelodyEvent, 0, 64), note(kMelodyEvent, 12, 67)}}), 1);
  EXPECT_DOUBLE_EQ(fitting.chord_tones, 1);
  EXPECT_DOUBLE_EQ(fitting.clashes, 0);
  const auto foreign = measure_phrase(piece_of({{note(kMelodyEvent, 0, 62), note(kMelodyEvent, 12, 49)}}), 1);
  EXPECT_DOUBLE_EQ(foreign.chord_tones, 0);
  EXPECT_DOUBLE_EQ(foreign.clashes, 0.5) << "C sharp a minor ninth above the bass's C";
  EXPECT_LT(cost_of(fitting), cost_of(foreign));
}

TEST(Critic, APhraseEndsAtRestOnALongChordTone) {
  const auto rest = [](const Event& last) {
    return measure_phrase(piece_of({{note(kMelodyEvent, 0, 62), last}}), 1).ends_at_rest;
  };
  EXPECT_EQ(rest(note(kMelodyEvent, kHalf, 60, kHalf)), 1);
  EXPECT_EQ(rest(note(kMelodyEvent, kHalf, 60, 6)), 0) << "too short";
  EXPECT_EQ(rest(note(kMelodyEvent, kHalf, 62, kHalf)), 0) << "no tone of the chord";
}

TEST(Critic, AFigureReturns) {
  auto piece = piece_of({{}, {}, {}});
  EXPECT_DOUBLE_EQ(measure_phrase(piece, 2).figure_returns, 1);
  piece.back() = note(kBassEvent, kQuarter, 36);
  EXPECT_DOUBLE_EQ(measure_phrase(piece, 2).figure_returns, 0.5);
}

TEST(Critic, APhraseWithoutNotesIsMeasured) {
  const auto silence = measure_phrase(std::vector{bar_in({7, 8}), bar_in({7, 8})}, 4);
  for (const Criterion& one : criteria())
    if (one.name != "wanted") {
      EXPECT_EQ(silence.*one.value, 0) << one.name;
    }
  EXPECT_TRUE(std::isfinite(cost_of(silence)));
}

TEST(Critic, EachMeasureCostsNothingWithinItsBandAndItsDistanceBeyond) {
  PhraseMeasures good;
  for (const Criterion& one : criteria()) good.*one.value = (one.low + one.high) / 2;
  EXPECT_EQ(cost_of(good), 0);
  for (const Criterion& one : criteria()) {
    auto off = good;
    off.*one.value = one.high + 0.5;
    EXPECT_NEAR(cost_of(off), 0.5 * one.weight, 1e-12) << one.name;
    off.*one.value = one.low - 0.25;
    EXPECT_NEAR(cost_of(off), 0.25 * one.weight, 1e-12) << one.name;
    EXPECT_GT(one.weight, 0) << one.name;
  }
}

}  // namespace
}  // namespace s2m
