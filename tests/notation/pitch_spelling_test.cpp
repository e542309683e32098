#include "story2midi/notation/pitch_spelling.h"

#include <gtest/gtest.h>

#include "story2midi/music/chord_name.h"
#include "story2midi/music/key.h"

namespace s2m {
namespace {

std::string written(const SpelledPitch& pitch) {
  constexpr std::array kSigns{"bb", "b", "", "#", "x"};
  return letter_of(pitch.step) + std::string(kSigns[static_cast<std::size_t>(pitch.alter + 2)]) +
         std::to_string(pitch.octave);
}

std::string in(std::string_view key, int pitch, std::string_view chord = "", std::optional<int> next = {}) {
  TonalPlace place{parse_key(key)};
  if (!chord.empty()) place.chord = parse_chord_name(chord);
  return written(spelled(pitch, place, next));
}

TEST(PitchSpelling, TonesOfTheKeyFollowItsSignature) {
  EXPECT_EQ(in("C", 60), "C4");
  EXPECT_EQ(in("Db", 61), "Db4");
  EXPECT_EQ(in("E", 61), "C#4");
  EXPECT_EQ(in("Gb", 59), "Cb4");
  EXPECT_EQ(in("F# ", 65), "E#4");
  EXPECT_EQ(in("Eb minor", 71), "Cb5");
}

TEST(PitchSpelling, MinorKeysRaiseTheirLeadingTone) {
  EXPECT_EQ(in("A minor", 68), "G#4");
  EXPECT_EQ(in("A minor", 66), "F#4");
  EXPECT_EQ(in("D minor", 61), "C#4");
  EXPECT_EQ(in("F# minor", 65), "E#4");
  EXPECT_EQ(in("G# minor", 67), "Fx4");
  EXPECT_EQ(in("C minor", 71), "B4");
}

TEST(PitchSpelling, ChordTonesAreThirdsAboveTheRoot) {
  EXPECT_EQ(in("C", 68), "Ab4");
  EXPECT_EQ(in("C", 68, "E7"), "G#4");
  EXPECT_EQ(in("C", 68, "Fm"), "Ab4");
  EXPECT_EQ(in("A minor", 70, "Bb"), "Bb4");
  EXPECT_EQ(in("C", 66, "D7"), "F#4");
  EXPECT_EQ(in("C", 68, "Bdim7"), "Ab4");
  EXPECT_EQ(in("F# minor", 65, "C#7"), "E#4");
}

TEST(PitchSpelling, WhiteKeysStayWhereTheSignatureHasNoBlackOnes) {
  EXPECT_EQ(in("Bb minor", 64), "E4");
  EXPECT_EQ(in("Gb", 64), "E4");  // not F flat
  EXPECT_EQ(in("Db", 59), "B3");  // not C flat
  EXPECT_EQ(in("Eb minor", 62, "Bbaug"), "D4");
  EXPECT_EQ(in("Gb", 57, "Cbm"), "A3");  // B double flat
}

TEST(PitchSpelling, ChromaticNeighboursRiseBySharpsAndFallByFlats) {
  EXPECT_EQ(in("C", 61, "C", 62), "C#4");
  EXPECT_EQ(in("C", 61, "C", 60), "Db4");
  EXPECT_EQ(in("C", 63, "C", 64), "D#4");
  EXPECT_EQ(in("C", 63, "C", 62), "Eb4");
  EXPECT_EQ(in("C", 66, "C", 65), "Gb4");
}

TEST(PitchSpelling, EveryPitchKeepsItsKeyOfThePiano) {
  for (int sharps = -7; sharps <= 7; ++sharps)
    for (const Mode mode : {Mode::kMajor, Mode::kMinor})
      for (int pitch = 0; pitch < 128; ++pitch)
        for (int root = 0; root < 12; ++root) {
          const Chord chord{0, static_cast<std::uint8_t>(root), ChordQuality::kDiminished7,
                            static_cast<std::uint8_t>(root)};
          const auto found = spelled(pitch, {key_of_sharps(sharps, mode), chord}, pitch + 1);
          constexpr std::array kNatural{0, 2, 4, 5, 7, 9, 11};
          ASSERT_EQ(12 * (found.octave + 1) + kNatural[static_cast<std::size_t>(found.step)] + found.alter,
                    pitch);
          ASSERT_LE(std::abs(found.alter), 2);
        }
}

TEST(PitchSpelling, SignaturesAddSharpsByFifths) {
  EXPECT_EQ(alter_in_signature(parse_key("D"), 3), 1);   // F
  EXPECT_EQ(alter_in_signature(parse_key("D"), 0), 1);   // C
  EXPECT_EQ(alter_in_signature(parse_key("D"), 4), 0);   // G
  EXPECT_EQ(alter_in_signature(parse_key("F"), 6), -1);  // B
  EXPECT_EQ(alter_in_signature(parse_key("F"), 2), 0);   // E
  EXPECT_EQ(alter_in_signature(parse_key("Gb"), 0), -1);
  EXPECT_EQ(alter_in_signature(parse_key("C"), 0), 0);
}

}  // namespace
}  // namespace s2m
