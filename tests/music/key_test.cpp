#include "story2midi/music/key.h"

#include <gtest/gtest.h>

#include "story2midi/base/error.h"
#include "tests/music/build_scores.h"

namespace s2m {
namespace {

const Score kMajorScale = testing::melody({60, 62, 64, 65, 67, 69, 71, 72});
const Score kMinorCadence = testing::melody({57, 60, 64, 62, 65, 69, 64, 68, 71, 57, 60, 64, 57});

TEST(Key, MajorScaleIsItsKey) { EXPECT_EQ(find_key(kMajorScale).key, (Key{0, Mode::kMajor})); }

TEST(Key, HarmonicMinorIsNotItsRelative) { EXPECT_EQ(find_key(kMinorCadence).key, (Key{9, Mode::kMinor})); }

TEST(Key, TransposingTheMusicTransposesTheKey) {
  for (int semitones = 0; semitones < 12; ++semitones) {
    EXPECT_EQ(find_key(testing::transposed(kMajorScale, semitones)).key, (Key{semitones, Mode::kMajor}));
    EXPECT_EQ(find_key(testing::transposed(kMinorCadence, semitones)).key,
              (Key{(9 + semitones) % 12, Mode::kMinor}));
  }
}

TEST(Key, ConfidenceIsAProbability) {
  EXPECT_EQ(find_key(Score{}).confidence, 0);
  PitchClassWeights even;
  even.fill(1);
  EXPECT_LT(find_key(even).confidence, 0.2);
  EXPECT_GT(find_key(kMajorScale).confidence, 0.3);
  EXPECT_LE(find_key(kMajorScale).confidence, 1);
}

TEST(Key, IsFoundInAStretch) {
  Score score = kMajorScale;
  const Score higher = testing::transposed(kMajorScale, 6);
  for (Note note : higher.tracks[0].notes) {
    note.start_ticks += 3840;
    score.tracks[0].notes.push_back(note);
  }
  EXPECT_EQ(find_key(score, 0, 3840).key, (Key{0, Mode::kMajor}));
  EXPECT_EQ(find_key(score, 3840, 7680).key, (Key{6, Mode::kMajor}));
}

TEST(Key, DrumsHaveNone) {
  Score score = kMajorScale;
  Track drums;
  drums.is_drums = true;
  for (int i = 0; i < 100; ++i) drums.notes.push_back({i * 480, 480, 42, 100});
  score.tracks.push_back(drums);
  EXPECT_EQ(find_key(score).key, (Key{0, Mode::kMajor}));
}

TEST(Key, NamesAreReadBack) {
  for (Mode mode : {Mode::kMajor, Mode::kMinor})
    for (int tonic = 0; tonic < 12; ++tonic) EXPECT_EQ(parse_key(name_of({tonic, mode})), (Key{tonic, mode}));
}

TEST(Key, ReadsUsualSpellings) {
  EXPECT_EQ(parse_key("C"), (Key{0, Mode::kMajor}));
  EXPECT_EQ(parse_key("F# minor"), (Key{6, Mode::kMinor}));
  EXPECT_EQ(parse_key("Bbm"), (Key{10, Mode::kMinor}));
  EXPECT_EQ(parse_key("Gb:maj"), (Key{6, Mode::kMajor}));
  EXPECT_EQ(parse_key("Cb"), (Key{11, Mode::kMajor}));
  EXPECT_EQ(parse_key("b min"), (Key{11, Mode::kMinor}));
}

TEST(Key, SpellingIsKept) {
  for (const char* name : {"F# major", "Gb major", "C# major", "Db major", "Cb major", "B major", "D# minor",
                           "Eb minor", "A# minor", "Bb minor", "Ab minor", "G# minor", "C major", "F minor"})
    EXPECT_EQ(name_of(parse_key(name)), name);
  EXPECT_EQ(name_of(parse_key("Fb")), "E major") << "no signature has eight flats";
  EXPECT_EQ(name_of(parse_key("D##m")), "E minor");
  EXPECT_EQ(sharps_of(parse_key("F#")), 6);
  EXPECT_EQ(sharps_of(parse_key("Cb")), -7);
  EXPECT_EQ(parse_key("F#"), parse_key("Gb")) << "they sound alike";
}

TEST(Key, RefusesWhatIsNoKey) {
  for (const char* text : {"", "H", "x", "C lydian", "#", "minor", "C##m7"})
    EXPECT_THROW(parse_key(text), Error);
}

TEST(Key, SignaturesGoRoundTheCircleOfFifths) {
  EXPECT_EQ(sharps_of({7, Mode::kMajor}), 1);
  EXPECT_EQ(sharps_of({5, Mode::kMajor}), -1);
  EXPECT_EQ(sharps_of({9, Mode::kMinor}), 0);
  EXPECT_EQ(sharps_of({4, Mode::kMinor}), 1);
  EXPECT_EQ(key_of_sharps(7, Mode::kMajor), (Key{1, Mode::kMajor}));
  for (Mode mode : {Mode::kMajor, Mode::kMinor})
    for (int sharps = -7; sharps <= 7; ++sharps) EXPECT_EQ(sharps_of(key_of_sharps(sharps, mode)), sharps);
  for (Mode mode : {Mode::kMajor, Mode::kMinor})
    for (int sharps = -6; sharps < 6; ++sharps) EXPECT_EQ(sharps_of(key_of_sharps(sharps, mode)), sharps);
}

}  // namespace
}  // namespace s2m
