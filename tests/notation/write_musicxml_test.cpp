#include "story2midi/notation/write_musicxml.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "story2midi/base/error.h"
#include "story2midi/music/key.h"
#include "story2midi/notation/musicxml.h"
#include "tests/notation/documents.h"

namespace s2m {
namespace {

SheetPart part_of(std::string name, std::vector<Clef> clefs, std::vector<SheetNote> notes = {}) {
  SheetPart part;
  part.name = std::move(name);
  part.clefs = std::move(clefs);
  part.notes = std::move(notes);
  return part;
}

Sheet sheet_of(Metre metre, int bars, std::vector<SheetNote> notes, Key key = {}) {
  Sheet sheet;
  const int length = bar_length(metre);
  for (int bar = 0; bar < bars; ++bar)
    sheet.bars.push_back({.start = bar * length, .positions = length, .metre = metre, .key = key});
  sheet.parts.push_back(part_of("Piano", {Clef::kTreble, Clef::kBass}, std::move(notes)));
  return sheet;
}

std::vector<SheetNote> read_back(const Sheet& sheet) {
  const auto score = read_musicxml(write_musicxml(sheet), "own.musicxml");
  const int ticks = score.ticks_per_quarter / kGridPerQuarter;
  std::vector<SheetNote> notes;
  for (const Track& track : score.tracks)
    for (const Note& note : track.notes)
      notes.push_back({note.start_ticks / ticks, note.length_ticks / ticks, note.pitch,
                       static_cast<std::uint8_t>(track.staff), 1,
                       static_cast<std::uint16_t>(note.marks & (kStaccato | kAccent | kTenuto))});
  std::ranges::sort(notes);
  return notes;
}

std::vector<SheetNote> without_voices(std::vector<SheetNote> notes) {
  for (auto& note : notes) note.voice = 1;
  std::ranges::sort(notes);
  return notes;
}

TEST(WriteMusicXml, ItsOwnReaderFindsTheNotesOfEveryMetre) {
  std::mt19937 random(3);
  for (const Metre metre : written_metres()) {
    const int end = 3 * bar_length(metre);
    std::vector<SheetNote> notes;
    for (std::uint8_t staff = 1; staff <= 2; ++staff)
      for (int start = 0; start < end; start += 3 * (1 + static_cast<int>(random() % 5))) {
        const int length = std::min(end - start, 1 + static_cast<int>(random() % 30));
        const auto pitch = static_cast<std::uint8_t>((staff == 1 ? 70 : 40) + start % 17);
        notes.push_back({start, length, pitch, staff, static_cast<std::uint8_t>(1 + random() % 2),
                         static_cast<std::uint16_t>(random() % 3 == 0 ? kStaccato : 0)});
      }
    std::ranges::sort(notes);
    const auto sheet = sheet_of(metre, 3, notes, parse_key("Eb minor"));
    EXPECT_EQ(read_back(sheet), without_voices(notes)) << name_of(metre);
  }
}

TEST(WriteMusicXml, ANoteOverThreeBarsIsTiedOnBothSidesOfItsMiddle) {
  const auto text = write_musicxml(sheet_of({4, 4}, 3, {{0, 144, 60, 1, 1, 0}}));
  const auto count = [&](std::string_view what) {
    int found = 0;
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++found;
    return found;
  };
  EXPECT_EQ(count("<tie type=\"start\""), 2);
  EXPECT_EQ(count("<tie type=\"stop\""), 2);
  EXPECT_EQ(count("<tied type=\"start\""), 2);
  EXPECT_EQ(count("<tied type=\"stop\""), 2);
}

TEST(WriteMusicXml, TheMapOfTempoMetreAndKeyComesBack) {
  auto sheet = sheet_of({6, 8}, 3, {{0, 36, 62, 1, 1, 0}, {72, 36, 62, 1, 1, 0}}, parse_key("D"));
  sheet.bars[0].tempo_bpm = 90, sheet.bars[0].shows_tempo = true, sheet.bars[0].tempo_words = "Andante";
  sheet.bars[1].tempo_bpm = sheet.bars[2].tempo_bpm = 61.5, sheet.bars[1].shows_tempo = true;
  sheet.bars[2].tempo_bpm = 60;  // shown nowhere, so the page does not tell it
  sheet.bars[2].key = parse_key("B minor");
  sheet.bars[2].metre = {3, 4};
  const auto score = read_musicxml(write_musicxml(sheet), "own.musicxml");
  ASSERT_EQ(score.tempos.size(), 2U);
  EXPECT_NEAR(score.tempos[0].bpm(), 90, .01);  // a dotted quarter = 60
  EXPECT_NEAR(score.tempos[1].bpm(), 61.5, .01);
  ASSERT_EQ(score.key_signatures.size(), 2U);
  EXPECT_EQ(score.key_signatures[1].key, parse_key("B minor"));
  ASSERT_EQ(score.time_signatures.size(), 2U);
  EXPECT_EQ(score.time_signatures[1].metre, (Metre{3, 4}));
}

TEST(WriteMusicXml, TransposingPartsSoundAsTheyShould) {
  for (const int transposition : {-2, -7, -12, 12, -14, -9, 3}) {
    Sheet sheet = sheet_of({4, 4}, 1, {});
    sheet.bars[0].key = parse_key("Eb");
    sheet.parts = {part_of("Clarinet", {Clef::kTreble})};
    sheet.parts[0].program = 71, sheet.parts[0].transposition = transposition;
    for (int i = 0; i < 12; ++i)
      sheet.parts[0].notes.push_back({4 * i, 4, static_cast<std::uint8_t>(60 + i), 1, 1, 0});
    const auto score = read_musicxml(write_musicxml(sheet), "own.musicxml");
    ASSERT_EQ(score.tracks.size(), 1U);
    EXPECT_EQ(score.tracks[0].program, 71);
    EXPECT_EQ(score.key_signatures[0].key, parse_key("Eb")) << transposition;
    for (int i = 0; i < 12; ++i) EXPECT_EQ(score.tracks[0].notes[static_cast<std::size_t>(i)].pitch, 60 + i);
  }
}

TEST(WriteMusicXml, DrumsCountFromOneInTheFileAlone) {
  Sheet sheet = sheet_of({4, 4}, 1, {});
  sheet.parts = {part_of("Drums", {Clef::kPercussion})};
  sheet.parts[0].notes = {{0, 12, 36, 1, 1, 0}, {12, 12, 38, 1, 1, 0}, {24, 24, 42, 1, 1, 0}};
  const auto text = write_musicxml(sheet);
  EXPECT_NE(text.find("<midi-unpitched>39</midi-unpitched>"), text.npos);
  const auto score = read_musicxml(text, "own.musicxml");
  ASSERT_EQ(score.tracks.size(), 1U);
  EXPECT_TRUE(score.tracks[0].is_drums);
  EXPECT_EQ(test::described(score.tracks[0]), "36 at 0 for 480, 38 at 480 for 480, 42 at 960 for 960");
}

TEST(WriteMusicXml, RestsOfASecondVoiceAreHidden) {
  const auto text = write_musicxml(
      sheet_of({4, 4}, 1, {{0, 48, 72, 1, 1, 0}, {0, 12, 60, 1, 2, 0}, {24, 12, 60, 1, 2, 0}}));
  EXPECT_NE(text.find("<forward>"), text.npos);
  EXPECT_EQ(text.find("<rest"), text.find("<rest measure=\"yes\""));  // of the empty lower staff alone
  EXPECT_EQ(text.find("<rest />"), text.npos);
}

TEST(WriteMusicXml, MoreThanFourVoicesKeepNumbersOfTheirOwn) {
  std::vector<SheetNote> notes{{0, 48, 40, 2, 1, 0}};
  for (std::uint8_t voice = 1; voice <= 5; ++voice)
    notes.push_back({0, 6 * voice, static_cast<std::uint8_t>(60 + voice), 1, voice, 0});
  std::ranges::sort(notes);
  const auto sheet = sheet_of({4, 4}, 1, notes);
  EXPECT_NE(write_musicxml(sheet).find("<voice>6</voice>"), std::string::npos);
  EXPECT_EQ(read_back(sheet), without_voices(notes));
}

TEST(WriteMusicXml, NeighboursOfOneFamilyStandInABracket) {
  Sheet sheet = sheet_of({4, 4}, 1, {});
  sheet.parts.assign(4, part_of("Player", {Clef::kTreble}));
  sheet.parts[1].family = sheet.parts[2].family = "strings";
  const auto text = write_musicxml(sheet);
  const auto open = text.find("<part-group number=\"1\" type=\"start\">"), close = text.find("type=\"stop\"");
  EXPECT_LT(text.find("id=\"P1\""), open);
  EXPECT_LT(open, text.find("id=\"P2\""));
  EXPECT_LT(text.find("id=\"P3\""), close);
  EXPECT_LT(close, text.find("id=\"P4\""));
}

TEST(WriteMusicXml, ClefsChangeAtBarLinesAndSoundsStay) {
  auto sheet = sheet_of({4, 4}, 2, {{0, 48, 72, 2, 1, 0}, {48, 48, 74, 2, 1, 0}});
  const auto before = read_back(sheet);
  sheet.parts[0].clef_changes = {{48, 2, Clef::kTreble}};
  const auto text = write_musicxml(sheet);
  EXPECT_NE(text.find("<clef number=\"2\">", text.find("<measure number=\"2\">")), text.npos);
  EXPECT_EQ(read_back(sheet), before);
}

TEST(WriteMusicXml, ScoresOfManyStavesAreSmaller) {
  Sheet sheet = sheet_of({4, 4}, 1, {});
  EXPECT_NE(write_musicxml(sheet).find("<millimeters>7</millimeters>"), std::string::npos);
  sheet.parts.assign(14, part_of("Player", {Clef::kTreble}));
  EXPECT_NE(write_musicxml(sheet).find("<millimeters>4.2</millimeters>"), std::string::npos);
}

TEST(WriteMusicXml, WordsDynamicsHairpinsAndSlursStandThere) {
  auto sheet = sheet_of({4, 4}, 2, {{0, 24, 72, 1, 1, 0}, {24, 24, 74, 1, 1, 0}, {48, 48, 76, 1, 1, 0}});
  sheet.title = "Tea & <cake>";
  sheet.composer = "somebody";
  sheet.bars[0].rehearsal = "A";
  sheet.bars[0].words = "The ship had gone...";
  sheet.chords = {{0, 9, ChordQuality::kMinor7, 4}};
  auto& part = sheet.parts[0];
  part.dynamics = {{0, DynamicLevel::kP}};
  part.hairpins = {{0, 48, HairpinKind::kCrescendo}};
  part.slurs = {{0, 48, 1, 1}};
  const auto text = write_musicxml(sheet);
  for (const char* piece :
       {"<work-title>Tea &amp; &lt;cake&gt;</work-title>", "<creator type=\"composer\">somebody</creator>",
        "<rehearsal>A</rehearsal>", ">The ship had gone...</words>", "<root-step>A</root-step>",
        "<kind text=\"m7\">minor-seventh</kind>", "<bass-step>E</bass-step>", "<p />",
        "<wedge type=\"crescendo\" />", "<wedge type=\"stop\" />"})
    EXPECT_NE(text.find(piece), text.npos) << piece;
  const auto score = read_musicxml(text, "own.musicxml");
  EXPECT_EQ(score.tracks[0].dynamics, (std::vector<DynamicMark>{{0, DynamicLevel::kP}}));
  EXPECT_EQ(score.tracks[0].notes.front().marks, kSlurStart);
  EXPECT_EQ(score.tracks[0].notes.back().marks, kSlurEnd);
}

TEST(WriteMusicXml, AccidentalsHoldToTheBarLineAndAreRemindedOfAfterIt) {
  const auto text = write_musicxml(sheet_of({4, 4}, 2,
                                            {{0, 12, 66, 1, 1, 0},
                                             {12, 12, 66, 1, 1, 0},
                                             {24, 24, 65, 1, 1, 0},
                                             {48, 24, 66, 1, 1, 0},
                                             {72, 24, 66, 1, 1, 0}}));
  std::vector<std::string> shown;
  for (auto at = text.find("<accidental"); at != text.npos; at = text.find("<accidental", at + 1))
    shown.push_back(text.substr(text.find('>', at) + 1, text.find('<', at + 1) - text.find('>', at) - 1));
  EXPECT_EQ(shown, (std::vector<std::string>{"sharp", "natural", "sharp"}));
}

TEST(WriteMusicXml, CompressedFilesAreTheSameMusicAndTheSameBytes) {
  const auto sheet = sheet_of({4, 4}, 1, {{0, 48, 60, 1, 1, 0}});
  const auto bytes = write_mxl(sheet);
  EXPECT_EQ(write_mxl(sheet), bytes);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  EXPECT_EQ(read_musicxml(text, "own.mxl"), read_musicxml(write_musicxml(sheet), "own.musicxml"));
}

TEST(WriteMusicXml, NotesOutsideTheBarsAreRefused) {
  EXPECT_THROW(write_musicxml(sheet_of({4, 4}, 1, {{40, 12, 60, 1, 1, 0}})), Error);
  EXPECT_THROW(write_musicxml(sheet_of({4, 4}, 1, {{0, 12, 60, 3, 1, 0}})), Error);
  EXPECT_THROW(write_musicxml(Sheet{}), Error);
}

}  // namespace
}  // namespace s2m
