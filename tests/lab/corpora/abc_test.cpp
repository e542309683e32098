// Tunes in ABC: lengths, accidentals, keys, bars.
#include "lab/corpora/abc.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/music/key.h"

namespace s2m {
namespace {

Score tune(std::string_view music, std::string_view fields = "M:4/4\nL:1/8\nK:C\n") {
  return read_abc(fmt::format("X:1\nT:A tune\n{}{}", fields, music));
}

// "60 0 240, ...": pitch, start, length.
std::string notes_of(const Score& score) {
  std::string text;
  for (const Note& note : score.tracks.at(0).notes)
    text +=
        fmt::format("{}{} {} {}", text.empty() ? "" : ", ", note.pitch, note.start_ticks, note.length_ticks);
  return text;
}

std::string pitches_of(const Score& score) {
  std::string text;
  for (const Note& note : score.tracks.at(0).notes)
    text += fmt::format("{}{}", text.empty() ? "" : " ", note.pitch);
  return text;
}

std::string bars_of(const Score& score) {
  std::string text;
  for (const Bar& bar : bars(score))
    text += fmt::format("{}{}:{}", text.empty() ? "" : " ", name_of(bar.metre),
                        bar.length_ticks * 2 / score.ticks_per_quarter);
  return text;
}

TEST(AbcNotes, LettersOctavesAndLengths) {
  EXPECT_EQ(notes_of(tune("C,c'2 B/ e3/2 d//|")), "48 0 240, 84 240 480, 71 720 120, 76 840 360, 74 1200 60");
}

TEST(AbcNotes, TheUnitFollowsFromTheMetreWhereNoneStands) {
  EXPECT_EQ(notes_of(tune("A", "M:2/4\nK:C\n")), "69 0 120");
  EXPECT_EQ(notes_of(tune("A", "M:6/8\nK:C\n")), "69 0 240");
}

TEST(AbcNotes, RestsChordsAndTies) {
  EXPECT_EQ(notes_of(tune("z2 [CEG]2 A2-|A4 x2 c-c|")),
            "60 480 480, 64 480 480, 67 480 480, 69 960 1440, 72 2880 480");
}

TEST(AbcNotes, BrokenRhythmShiftsHalfOrThreeQuarters) {
  EXPECT_EQ(notes_of(tune("A>B c<d e>>f")),
            "69 0 360, 71 360 120, 72 480 120, 74 600 360, 76 960 420, 77 1380 60");
}

TEST(AbcNotes, Tuplets) {
  EXPECT_EQ(notes_of(tune("(3ABc d2")), "69 0 160, 71 160 160, 72 320 160, 74 480 480");
  EXPECT_EQ(notes_of(tune("(5:4:5ABcde f")),
            "69 0 192, 71 192 192, 72 384 192, 74 576 192, 76 768 192, 77 960 240");
  EXPECT_EQ(notes_of(tune("(AB)")), "69 0 240, 71 240 240");
}

TEST(AbcNotes, AccidentalsHoldForTheirOctaveUntilTheBarEnds) {
  EXPECT_EQ(pitches_of(tune("^F F f | F _B B =B ^^C __E |")), "66 66 77 65 70 70 71 62 62");
}

TEST(AbcNotes, GraceNotesDecorationsTextsAndCommentsAreSkipped) {
  EXPECT_EQ(notes_of(tune("{cd}A !trill!B \"Am\"~c Td .e uf|% A A\nw: no-tes\n\\\n")),
            "69 0 240, 71 240 240, 72 480 240, 74 720 240, 76 960 240, 77 1200 240");
}

TEST(AbcFields, KeysHaveModesAndAddedAccidentals) {
  const auto in = [](std::string_view key) {
    return pitches_of(tune("FCBEA", fmt::format("L:1/8\nK:{}\n", key)));
  };
  EXPECT_EQ(in("D"), "66 61 71 64 69");
  EXPECT_EQ(in("Edor"), "66 61 71 64 69");
  EXPECT_EQ(in("E Dorian"), "66 61 71 64 69");
  EXPECT_EQ(in("Cm"), "65 60 70 63 68");
  EXPECT_EQ(in("Dmix"), "66 60 71 64 69");
  EXPECT_EQ(in("Bb"), "65 60 70 63 69");
  EXPECT_EQ(in("D mix ^c _e"), "66 61 71 63 69");
  EXPECT_EQ(in("HP clef=bass"), "66 61 71 64 69");
  EXPECT_EQ(name_of(tune("A", "L:1/8\nK:Edor\n").key_signatures.at(0).key), "E minor");
  EXPECT_EQ(name_of(tune("A", "L:1/8\nK:Gmix\n").key_signatures.at(0).key), "G major");
}

TEST(AbcFields, ChangeInsideTheMusic) {
  const auto score = tune("A8|[M:3/4][L:1/4]A3|\nK:G\nF3|\nQ:1/8=120\nA3|");
  EXPECT_EQ(notes_of(score), "69 0 1920, 69 1920 1440, 66 3360 1440, 69 4800 1440");
  EXPECT_EQ(bars_of(score), "4/4:8 3/4:6 3/4:6 3/4:6");
  ASSERT_EQ(score.key_signatures.size(), 2U);
  EXPECT_EQ(score.key_signatures[1].start_ticks, 3360);
  ASSERT_EQ(score.tempos.size(), 1U);
  EXPECT_NEAR(score.tempos[0].bpm(), 60, 1e-3);
}

TEST(AbcFields, TempoIsInQuarters) {
  const auto bpm = [](std::string_view text) {
    return tune("A", fmt::format("L:1/8\nQ:{}\nK:C\n", text)).tempos.at(0).bpm();
  };
  EXPECT_NEAR(bpm("1/4=95"), 95, 1e-3);
  EXPECT_NEAR(bpm("\"No. 1\" 3/8 = 60"), 90, 1e-3);
  EXPECT_NEAR(bpm("120"), 60, 1e-3);
  EXPECT_TRUE(tune("A", "Q:\"Slow\"\nK:C\n").tempos.empty());
}

TEST(AbcBars, APickupIsShortAndARepeatInMidBarCutsNone) {
  EXPECT_EQ(bars_of(tune("A|ABcd efga|A6 a2:|")), "4/4:1 4/4:8 4/4:8");
  EXPECT_EQ(bars_of(tune("A|ABcd efga|A6 A:|\nB|ABcd efga|A7|]")), "4/4:1 4/4:8 4/4:8 4/4:8 4/4:8");
}

TEST(AbcBars, ABarLineMayLackAtTheEndOfALine) {
  EXPECT_EQ(bars_of(tune("G2|A8\nz2A4B2|c6", "M:4/4\nL:1/8\nK:C\n")), "4/4:2 4/4:8 4/4:8 4/4:8");
}

TEST(AbcBars, FreeBarsHaveTheirLength) {
  EXPECT_EQ(bars_of(tune("A2A2A2|A5|A5|", "M:none\nL:1/8\nK:C\n")), "3/4:6 5/8:5 5/8:5");
}

TEST(AbcBars, EndingsStandOneAfterTheOther) {
  EXPECT_EQ(pitches_of(tune("A8|1 B8:|2 c8|[1 d8 :|[2 e8|]")), "69 71 72 74 76");
}

TEST(AbcBook, TunesAreCounted) {
  const auto path = std::filesystem::temp_directory_path() / fmt::format("s2m_{}.abc", getpid());
  write_text(path, "A book\n\nX:7\nT:One\nK:C\nA\n\nX:9\nT:Two\nK:C\nB\n");
  EXPECT_EQ(abc_tunes(read_text(path)).size(), 2U);
  EXPECT_EQ(load_abc(tune_path(path, 2)).markers.at(0).text, "Two");
  EXPECT_THROW(load_abc(tune_path(path, 3)), Error);
  std::filesystem::remove(path);
}

TEST(AbcFaults, NameTheLine) {
  const auto fault = [](std::string_view text) -> std::string {
    try {
      read_abc(text, "a.abc#1");
    } catch (const Error& error) {
      return error.what();
    }
    return "none";
  };
  EXPECT_EQ(fault("X:1\nT:x\n"), "a.abc#1: is no ABC tune: expected a field K: before the music, got none");
  EXPECT_EQ(fault("X:1\nM:4/3\nK:C\n"),
            "a.abc#1: line 2: no metre: expected a metre such as 6/8, C or none, got 4/3");
  EXPECT_EQ(fault("X:1\nL:1/8\nK:C\nC/0"), "a.abc#1: line 4: a length divides by 0");
  EXPECT_NE(fault("X:1\nK:C\nC9999").find("line 3"), std::string::npos);
  EXPECT_NE(fault("X:1\nK:C\nC,,,,,,,").find("out of range"), std::string::npos);
}

}  // namespace
}  // namespace s2m
