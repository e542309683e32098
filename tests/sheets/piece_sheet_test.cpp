#include "story2midi/sheets/piece_sheet.h"

#include <gtest/gtest.h>

#include "story2midi/notation/write_musicxml.h"
#include "story2midi/sheets/clefs.h"
#include "story2midi/sheets/drum_notes.h"
#include "story2midi/sheets/player_marks.h"

namespace s2m {
namespace {

// Four bars of 4/4 with these players.
struct Ensemble {
  Plan plan;
  Arrangement arrangement;

  Ensemble() {
    plan.sections.push_back({.title = "Words", .bars = std::vector<BarPlan>(4)});
    for (int bar = 0; bar < 4; ++bar) arrangement.written.bars.emplace_back().start = 48 * bar;
    arrangement.written.chords = {{0, 0, ChordQuality::kMajor, 0}};
  }
  Ensemble& add(std::string_view name, const char* instrument, std::vector<ArrangedNote> notes) {
    arrangement.parts.push_back({name, &instrument_of(instrument), 100, 64, std::move(notes)});
    return *this;
  }
  Sheet sheet() const { return arrangement_sheet(arrangement, plan); }
};

TEST(ArrangementSheet, PlayersHaveNamesFamiliesAndTransposition) {
  const auto sheet = Ensemble()
                         .add("Flute", "Flute", {{0, 48, 72}})
                         .add("Clarinet", "Clarinet in Bb", {{0, 48, 67}})
                         .add("Horn II", "Horn in F", {{0, 48, 60}})
                         .add("Timpani", "Timpani", {})
                         .add("Violin II", "Violin", {{0, 48, 64}})
                         .sheet();
  ASSERT_EQ(sheet.parts.size(), 4U);  // the timpani have nothing to play
  EXPECT_EQ(sheet.parts[1].name, "Clarinet in B♭");
  EXPECT_EQ(sheet.parts[1].transposition, -2);
  EXPECT_EQ(sheet.parts[1].notes[0].pitch, 67);
  EXPECT_EQ(sheet.parts[2].name, "Horn II in F");
  EXPECT_EQ(sheet.parts[2].abbreviation, "Hn. II");
  EXPECT_EQ(sheet.parts[3].abbreviation, "Vln. II");
  EXPECT_EQ(sheet.parts[0].family, sheet.parts[1].family);
  EXPECT_NE(sheet.parts[1].family, sheet.parts[2].family);
  EXPECT_FALSE(sheet.shows_chords);
}

TEST(ArrangementSheet, ChordSymbolsStandWhereSomebodyPlaysChords) {
  EXPECT_TRUE(Ensemble().add("Guitar I", "Guitar", {{0, 48, 60}}).sheet().shows_chords);
}

TEST(ArrangementSheet, PlayersOfOneAbbreviationAreToldApartByTheirNames) {
  const auto sheet =
      Ensemble().add("Primo", "Piano", {{0, 48, 84}}).add("Secondo", "Piano", {{0, 48, 48}}).sheet();
  EXPECT_EQ(sheet.parts[0].abbreviation + " " + sheet.parts[1].abbreviation, "Primo Secondo");
}

TEST(ArrangementSheet, AMelodyInOctavesIsForBothHands) {
  const auto sheet = Ensemble().add("Primo", "Piano", {{0, 48, 72}, {0, 48, 84}}).sheet();
  EXPECT_EQ(sheet.parts[0].notes, (std::vector<SheetNote>{{0, 48, 72, 2, 1, 0}, {0, 48, 84, 1, 1, 0}}));
  EXPECT_EQ(sheet.parts[0].clefs, (std::vector{Clef::kTreble, Clef::kTreble}));
}

TEST(ArrangementSheet, ALineFromSeveralPartsOfThePieceIsOneVoice) {
  const auto sheet =
      Ensemble()
          .add("Cello", "Cello",
               {{0, 10, 50, Part::kBass}, {12, 11, 52, Part::kFigure}, {24, 24, 55, Part::kMelody}})
          .sheet();
  EXPECT_EQ(sheet.parts[0].notes,
            (std::vector<SheetNote>{{0, 12, 50, 1, 1, 0}, {12, 12, 52, 1, 1, 0}, {24, 24, 55, 1, 1, 0}}));
}

TEST(ArrangementSheet, AGuitarsBassHasAVoiceOfItsOwnUnderTheFigure) {
  const auto sheet =
      Ensemble()
          .add("Guitar II", "Guitar",
               {{0, 48, 40, Part::kBass}, {0, 24, 60, Part::kFigure}, {24, 24, 64, Part::kFigure}})
          .sheet();
  EXPECT_EQ(sheet.parts[0].notes,
            (std::vector<SheetNote>{{0, 24, 60, 1, 1, 0}, {0, 48, 40, 1, 2, 0}, {24, 24, 64, 1, 1, 0}}));
}

TEST(PieceSheet, ThePalettesDecideWhoseScoreItIs) {
  Piece piece;
  piece.plan = Ensemble().plan;
  piece.written = Ensemble().arrangement.written;
  piece.written.part(Part::kMelody) = {{0, 192, 72}};
  piece.written.part(Part::kBass) = {{0, 192, 40}};
  EXPECT_EQ(piece_sheet(piece).parts[0].name, "Piano");
  piece.plan.sections[0].palette = "string-quartet";
  const auto sheet = piece_sheet(piece);
  EXPECT_EQ(sheet.parts.front().name, "Violin I");
  EXPECT_EQ(sheet.parts.back().name, "Cello");
  EXPECT_NE(write_musicxml(sheet).find("<group-symbol>bracket"), std::string::npos);
}

TEST(DrumNotes, HandsAndFeetHaveVoicesAndStrokesLastToTheNextOrTheBeat) {
  const std::vector<PartBar> bars(1);
  const std::vector<ArrangedNote> strokes{{0, 3, 36},  {0, 3, 42},  {6, 3, 42},
                                          {12, 3, 38}, {12, 3, 42}, {21, 3, 36}};
  EXPECT_EQ(drum_notes(strokes, bars), (std::vector<SheetNote>{{0, 6, 42, 1, 1, 0},
                                                               {0, 12, 36, 1, 2, 0},
                                                               {6, 6, 42, 1, 1, 0},
                                                               {12, 12, 38, 1, 1, 0},
                                                               {12, 12, 42, 1, 1, 0},
                                                               {21, 3, 36, 1, 2, 0}}));
}

TEST(PlayerMarks, APlayerWhoEntersIsToldTheLevel) {
  const LoudnessMarks all{{{0, DynamicLevel::kP}, {96, DynamicLevel::kF}},
                          {{48, 96, HairpinKind::kCrescendo}}};
  const std::vector<SheetNote> notes{{0, 12, 60}, {84, 24, 60}, {108, 36, 62}};
  const auto own = player_marks(all, notes);
  EXPECT_EQ(own.dynamics, (std::vector<SheetDynamic>{
                              {0, DynamicLevel::kP}, {84, DynamicLevel::kP}, {108, DynamicLevel::kF}}));
  EXPECT_TRUE(own.hairpins.empty());  // the player has a beat of it alone
}

TEST(PlayerMarks, HairpinsLastWhileThePlayerPlays) {
  const LoudnessMarks all{{{0, DynamicLevel::kP}}, {{0, 144, HairpinKind::kCrescendo}}};
  const std::vector<SheetNote> notes{{48, 48, 60}};
  EXPECT_EQ(player_marks(all, notes).hairpins, (std::vector<Hairpin>{{48, 96, HairpinKind::kCrescendo}}));
}

SheetPart cello(const std::vector<int>& pitches_by_bar) {
  SheetPart part;
  part.clefs = {Clef::kBass};
  for (std::size_t bar = 0; bar < pitches_by_bar.size(); ++bar)
    for (int beat = 0; beat < 4; ++beat)
      part.notes.push_back(
          {48 * static_cast<int>(bar) + 12 * beat, 12, static_cast<std::uint8_t>(pitches_by_bar[bar])});
  return part;
}

std::vector<SheetBar> sheet_bars_of(int count) {
  std::vector<SheetBar> bars;
  for (int bar = 0; bar < count; ++bar) bars.push_back({.start = 48 * bar});
  return bars;
}

TEST(Clefs, LongHighPassagesHaveAnotherClefAndSingleBarsHaveNot) {
  auto part = cello({36, 69, 69, 69, 36, 36, 67, 36});
  choose_clefs(part, sheet_bars_of(8));
  EXPECT_EQ(part.clefs.front(), Clef::kBass);
  EXPECT_EQ(part.clef_changes, (std::vector<SheetClef>{{48, 1, Clef::kTenor}, {192, 1, Clef::kBass}}));
}

TEST(Clefs, TransposingPartsAreJudgedAsWritten) {
  auto part = cello({40, 40, 40});
  part.transposition = -12;
  choose_clefs(part, sheet_bars_of(3));
  EXPECT_TRUE(part.clef_changes.empty());
}

}  // namespace
}  // namespace s2m
