#include "compose/bar_odds.h"

#include <gtest/gtest.h>

#include <array>

namespace s2m {
namespace {

Event note(std::uint8_t position, Voice voice, std::uint8_t pitch) {
  return {.what = position, .values = {voice, pitch, 9, 16}};
}

constexpr BarPlace kBar{.metre = {0, 4, 4},
                        .mode = Mode::kMajor,
                        .valence = 0,
                        .density = 3,
                        .bars_left = 8,
                        .positions_left = 48 * 8};
using PitchOdds = std::array<float, 128>;
using WhatOdds = std::array<float, kWhatCount>;

TEST(Theme, FavoursWhatTheEarlierBarDidNext) {
  const std::vector<Event> earlier{note(0, kMelody, 72), note(0, kBass, 48), note(24, kMelody, 74)};
  const Theme theme(earlier, Mode::kMajor, Mode::kMajor, 3);
  WhatOdds what{};
  theme.favour({}, what);
  EXPECT_EQ(what[0], 3);
  const std::vector<Event> written{note(0, kMelody, 72)};
  PitchOdds pitches{};
  theme.favour(written, note(0, kBass, 0), kPitch, pitches);
  EXPECT_EQ(pitches[48], 3);
  EXPECT_EQ(pitches[72], 0);
  what = {};
  theme.favour(earlier, what);
  EXPECT_EQ(what[kBarEvent], 3) << "then the bar is over";
}

TEST(Theme, AThemeInMajorReturnsInMinorAndBack) {
  const std::vector<Event> third{note(0, kMelody, 76)};  // E above C
  PitchOdds pitches{};
  Theme(third, Mode::kMajor, Mode::kMinor, 3).favour({}, note(0, kMelody, 0), kPitch, pitches);
  EXPECT_EQ(pitches[75], 3);
  const std::vector<Event> flat{note(0, kMelody, 75)};
  pitches = {};
  Theme(flat, Mode::kMinor, Mode::kMajor, 3).favour({}, note(0, kMelody, 0), kPitch, pitches);
  EXPECT_EQ(pitches[76], 3);
}

TEST(BarOdds, ForeignNotesCost) {
  PitchOdds pitches{};
  BarOdds(kBar, {}).bend({}, note(0, kInner, 0), kPitch, pitches);
  EXPECT_EQ(pitches[60], 0);
  EXPECT_LT(pitches[61], 0);
}

TEST(BarOdds, TheModesThirdIsHeardMoreTheFurtherFromNeutral) {
  const auto third_odds = [](Mode mode, double valence, std::size_t third) {
    BarPlace place = kBar;
    place.mode = mode;
    place.valence = valence;
    PitchOdds pitches{};
    BarOdds(place, {}).bend({}, note(0, kInner, 0), kPitch, pitches);
    return pitches[third];
  };
  EXPECT_EQ(third_odds(Mode::kMajor, 0, 64), 0);
  EXPECT_GT(third_odds(Mode::kMajor, 1, 64), third_odds(Mode::kMajor, 0.4, 64));
  EXPECT_GT(third_odds(Mode::kMinor, -0.8, 63), third_odds(Mode::kMinor, -0.2, 63));
}

TEST(BarOdds, APhraseOpensOverTheTonic) {
  BarPlace opening = kBar;
  opening.opens_phrase = true;
  const auto tonic_odds = [](const BarPlace& place, std::uint8_t position, Voice voice) {
    PitchOdds pitches{};
    BarOdds(place, {}).bend({}, note(position, voice, 0), kPitch, pitches);
    return pitches[48];
  };
  EXPECT_GT(tonic_odds(opening, 0, kBass), 0);
  EXPECT_EQ(tonic_odds(opening, 24, kBass), 0);
  EXPECT_EQ(tonic_odds(opening, 0, kMelody), 0);
  EXPECT_EQ(tonic_odds(kBar, 0, kBass), 0);
}

TEST(BarOdds, ABassStruckOftenTires) {
  std::vector<Event> piece;
  float last = 0;
  for (std::uint8_t strikes = 1; strikes <= 8; ++strikes) {
    piece.push_back(note(static_cast<std::uint8_t>(6 * strikes), kBass, 48));
    PitchOdds pitches{};
    BarOdds(kBar, {}).bend({piece, {}}, note(60, kBass, 0), kPitch, pitches);
    EXPECT_LT(pitches[48], last);
    EXPECT_EQ(pitches[55], 0);
    last = pitches[48];
  }
  EXPECT_LT(last, -10) << "enough";
  piece.push_back(note(60, kBass, 55));
  PitchOdds pitches{};
  BarOdds(kBar, {}).bend({piece, {}}, note(66, kBass, 0), kPitch, pitches);
  EXPECT_EQ(pitches[48], 0) << "another note came between";
}

TEST(BarOdds, TheMelodyBreathesAtThePhrasesEndOnly) {
  BarPlace end = kBar;
  end.ends_phrase = true;
  const auto melody_odds = [](const BarPlace& place, std::uint8_t position) {
    std::array<float, 4> voices{};
    BarOdds(place, {}).bend({}, note(position, kMelody, 0), kVoice, voices);
    EXPECT_EQ(voices[kBass], 0);
    return voices[kMelody];
  };
  EXPECT_LT(melody_odds(end, 36), 0);
  EXPECT_EQ(melody_odds(end, 35), 0);
  EXPECT_EQ(melody_odds(kBar, 36), 0);
}

}  // namespace
}  // namespace s2m
