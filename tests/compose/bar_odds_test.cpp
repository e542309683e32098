#include "story2midi/compose/bar_odds.h"

#include <gtest/gtest.h>

#include <array>

namespace s2m {
namespace {

Event note(std::uint8_t position, Voice voice, std::uint8_t pitch) {
  return {.kind_or_position = position, .values = {voice, pitch, 9, 16}};
}

constexpr BarPlace kBar{.metre = {4, 4},
                        .mode = Mode::kMajor,
                        .valence = 0,
                        .density = 3,
                        .bars_left = 8,
                        .positions_left = 48 * 8};
using PitchOdds = std::array<float, 128>;
using WhatOdds = std::array<float, kKindCount>;

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

TEST(BarOdds, TheTonicTriadIsHeardMoreTheFurtherFromNeutral) {
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
  EXPECT_EQ(third_odds(Mode::kMinor, -0.8, 67), third_odds(Mode::kMinor, -0.8, 63)) << "the fifth as well";
}

float pitch_odds(const BarPlace& place, std::uint8_t position, Voice voice, std::size_t pitch) {
  PitchOdds pitches{};
  BarOdds(place, {}).bend({}, note(position, voice, 0), kPitch, pitches);
  return pitches[pitch];
}

TEST(BarOdds, APhraseOpensOverTheTonic) {
  BarPlace opening = kBar;
  opening.opens_phrase = true;
  EXPECT_GT(pitch_odds(opening, 0, kBass, 48), 0);
  EXPECT_EQ(pitch_odds(opening, 0, kBass, 55), 0) << "the fifth in the bass";
  EXPECT_GT(pitch_odds(opening, 0, kMelody, 67), 0) << "the chord's fifth";
  EXPECT_EQ(pitch_odds(opening, 0, kMelody, 69), 0) << "the relative's tonic";
  EXPECT_EQ(pitch_odds(opening, 24, kBass, 48), 0);
  EXPECT_EQ(pitch_odds(kBar, 0, kBass, 48), 0);
}

TEST(BarOdds, AHalfCadenceRestsOnTheDominantAndAnAuthenticOneOnTheTonic) {
  BarPlace half = kBar, authentic = kBar;
  half.cadence = Cadence::kHalf;
  authentic.cadence = Cadence::kAuthentic;
  EXPECT_GT(pitch_odds(half, 24, kBass, 43), 0);
  EXPECT_EQ(pitch_odds(half, 0, kBass, 43), 0);
  EXPECT_GT(pitch_odds(authentic, 0, kBass, 43), 0);
  EXPECT_GT(pitch_odds(authentic, 24, kBass, 48), 0);
  EXPECT_EQ(pitch_odds(authentic, 24, kBass, 43), 0);
}

TEST(BarOdds, MinorHasItsLeadingNoteInTheDominant) {
  BarPlace half = kBar;
  half.mode = Mode::kMinor;
  half.cadence = Cadence::kHalf;
  EXPECT_GT(pitch_odds(half, 24, kInner, 59), pitch_odds(half, 24, kInner, 58));
}

TEST(BarOdds, TheAccompanimentIsHeldWhileItsHarmonyLasts) {
  const auto odds = [](Voice voice, std::uint8_t position, int twelfths) {
    std::array<float, 32> durations{};
    BarOdds(kBar, {}).bend({}, note(position, voice, 60), kDuration, durations);
    return durations[static_cast<std::size_t>(duration_value(twelfths))];
  };
  EXPECT_GT(odds(kBass, 0, 24), odds(kBass, 0, 12));
  EXPECT_EQ(odds(kBass, 0, 48), odds(kBass, 0, 24)) << "beyond its harmony";
  EXPECT_EQ(odds(kInner, 12, 24), odds(kInner, 12, 12));
  EXPECT_EQ(odds(kMelody, 0, 24), odds(kMelody, 0, 12));
}

TEST(BarOdds, ThePulseIsKeptAcrossTheBarLine) {
  Event bar{.kind_or_position = kBarEvent};
  bar.values[kMetre] = static_cast<std::uint8_t>(metre_value({4, 4}));
  const std::vector<Event> piece{bar, note(36, kBass, 48), bar};
  std::array<float, kKindCount> what{};
  BarOdds(kBar, {}).bend({piece, {}}, what);
  EXPECT_EQ(what[0], 0) << "a quarter after the last note";
  EXPECT_LT(what[6], 0);
  EXPECT_LT(what[12], what[6]);
  BarPlace sparse = kBar;
  sparse.density = 0.5;
  what = {};
  BarOdds(sparse, {}).bend({piece, {}}, what);
  EXPECT_EQ(what[12], 0) << "a note every two quarters is asked";
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

TEST(BarOdds, WhatTheMusicDwellsOnMakesWay) {
  std::vector<Event> piece(30, note(0, kMelody, 72));
  const auto odds = [&] {
    PitchOdds pitches{};
    BarOdds(kBar, {}).bend({piece, {}}, note(12, kInner, 0), kPitch, pitches);
    return pitches;
  };
  EXPECT_EQ(odds()[60], 0) << "so few notes dwell on nothing";
  piece.insert(piece.end(), 10, note(0, kInner, 67));
  EXPECT_LT(odds()[60], odds()[55]) << "in any octave";
  EXPECT_LT(odds()[55], odds()[57]);
  EXPECT_EQ(odds()[57], 0);
  piece.insert(piece.end(), 300, note(0, kInner, 67));
  EXPECT_EQ(odds()[60], 0) << "what lies far back is forgotten";
}

TEST(BarOdds, TheMelodyBreathesAtThePhrasesEndOnly) {
  BarPlace end = kBar;
  end.cadence = Cadence::kHalf;
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
