#include "story2midi/sheets/piano_sheet.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "story2midi/base/error.h"
#include "story2midi/notation/write_musicxml.h"
#include "story2midi/sheets/hands.h"
#include "story2midi/sheets/readable_lengths.h"
#include "story2midi/sheets/sheet_frame.h"

namespace s2m {
namespace {

// Bars of 4/4 in sections of so many bars, alike but for what a test changes.
Piece piece_of(std::initializer_list<int> section_bars) {
  Piece piece;
  int start = 0;
  for (const int bars : section_bars) {
    Section section{.title = "Words", .bars = std::vector<BarPlan>(static_cast<std::size_t>(bars))};
    piece.plan.sections.push_back(section);
    for (int bar = 0; bar < bars; ++bar, start += 48) piece.written.bars.emplace_back().start = start;
  }
  return piece;
}

std::vector<SheetNote> on_staff(const Sheet& sheet, int staff) {
  auto notes = sheet.parts[0].notes;
  std::erase_if(notes, [&](const SheetNote& note) { return note.staff != staff; });
  return notes;
}

TEST(ReadableLengths, ShortRestsJoinTheNoteBefore) {
  const std::vector<PartBar> bars(1);
  const auto notes = with_readable_lengths({{0, 11, 60}, {12, 5, 62}, {24, 24, 64}}, bars);
  EXPECT_EQ(notes, (std::vector<PartNote>{{0, 12, 60}, {12, 6, 62}, {24, 24, 64}}));
}

TEST(ReadableLengths, LoneSixteenthsLastToTheEighthOrTheBeat) {
  const std::vector<PartBar> bars(1);
  const auto notes = with_readable_lengths({{0, 3, 60}, {12, 3, 62}, {15, 3, 64}, {36, 9, 65}}, bars);
  EXPECT_EQ(notes, (std::vector<PartNote>{{0, 6, 60}, {12, 3, 62}, {15, 9, 64}, {36, 12, 65}}));
}

TEST(ReadableLengths, NoTieOverTheBarLineForAnEighth) {
  std::vector<PartBar> bars(2);
  bars[1].start = 48;
  EXPECT_EQ(with_readable_lengths({{36, 18, 60}, {72, 24, 62}}, bars)[0].length, 12);
}

TEST(ReadableLengths, TripletsKeepTheirThirds) {
  const std::vector<PartBar> bars(1);
  const auto notes = with_readable_lengths({{0, 4, 60}, {4, 3, 62}, {8, 4, 64}, {24, 7, 64}}, bars);
  EXPECT_EQ(notes, (std::vector<PartNote>{{0, 4, 60}, {4, 4, 62}, {8, 4, 64}, {24, 6, 64}}));
}

TEST(ReadableLengths, AChordEndsTogetherAndAtTheNextStrike) {
  const std::vector<PartBar> bars(1);
  const auto notes = with_readable_lengths({{0, 6, 60}, {0, 48, 64}, {12, 12, 65}}, bars);
  EXPECT_EQ(notes, (std::vector<PartNote>{{0, 12, 60}, {0, 12, 64}, {12, 12, 65}}));
}

TEST(Hands, LowFiguresLieInTheLeftHandAndHighOnesInTheRight) {
  PartScore written;
  written.part(Part::kMelody) = {{0, 48, 76}, {48, 48, 76}};
  written.part(Part::kBass) = {{0, 48, 43}, {48, 48, 41}};
  written.part(Part::kFigure) = {{0, 12, 50}, {12, 12, 53}, {24, 12, 55}, {48, 12, 67}, {60, 12, 69}};
  EXPECT_EQ(figure_hands(written),
            (std::vector<Hand>{Hand::kLeft, Hand::kLeft, Hand::kLeft, Hand::kRight, Hand::kRight}));
}

TEST(Hands, AChordBeyondATenthIsDivided) {
  PartScore written;
  written.part(Part::kMelody) = {{0, 48, 72}};
  written.part(Part::kBass) = {{0, 48, 36}};
  written.part(Part::kFigure) = {{0, 12, 48}, {0, 12, 52}, {0, 12, 60}, {0, 12, 67}};
  EXPECT_EQ(figure_hands(written), (std::vector<Hand>{Hand::kLeft, Hand::kLeft, Hand::kRight, Hand::kRight}));
}

TEST(PianoSheet, MelodyAndBassHaveStavesOfTheirOwn) {
  auto piece = piece_of({1});
  piece.written.part(Part::kMelody) = {{0, 24, 72}, {24, 24, 74}};
  piece.written.part(Part::kBass) = {{0, 48, 40}};
  piece.written.part(Part::kFigure) = {{0, 12, 52}, {12, 12, 55}, {24, 24, 72}};
  const auto sheet = piano_sheet(piece, {"Title", "somebody"});
  EXPECT_EQ(sheet.title, "Title");
  EXPECT_EQ(on_staff(sheet, 1),
            (std::vector<SheetNote>{{0, 24, 72, 1, 1, 0}, {24, 24, 72, 1, 1, 0}, {24, 24, 74, 1, 1, 0}}));
  // Two voices: the figure moves over the held bass.
  EXPECT_EQ(on_staff(sheet, 2),
            (std::vector<SheetNote>{{0, 12, 52, 2, 1, 0}, {0, 48, 40, 2, 2, 0}, {12, 12, 55, 2, 1, 0}}));
  EXPECT_EQ(sheet.parts[0].slurs, (std::vector<SheetSlur>{{0, 24, 1, 1}}));
}

TEST(PianoSheet, ABassThatMakesWayForTheFigureIsOneVoiceWithIt) {
  auto piece = piece_of({1});
  piece.written.part(Part::kMelody) = {{0, 48, 72}};
  piece.written.part(Part::kBass) = {{0, 12, 40}, {24, 12, 43}};
  piece.written.part(Part::kFigure) = {{12, 12, 52}, {12, 12, 55}, {36, 12, 52}};
  for (const auto& note : on_staff(piano_sheet(piece), 2)) EXPECT_EQ(note.voice, 1);
}

TEST(PianoSheet, AKeyThatTwoPartsStrikeStandsOnce) {
  auto piece = piece_of({1});
  piece.written.part(Part::kMelody) = {{0, 48, 60}};
  piece.written.part(Part::kBass) = {{0, 48, 40}};
  piece.written.part(Part::kFigure) = {{0, 12, 40}, {0, 12, 60}, {12, 12, 52}};
  EXPECT_EQ(piano_sheet(piece).parts[0].notes.size(), 3U);
}

TEST(PianoSheet, AHeldChordMakesWayForAKeyThatIsStruckAgain) {
  auto piece = piece_of({1});
  piece.written.part(Part::kBass) = {{24, 24, 52}};
  piece.written.part(Part::kFigure) = {{0, 48, 52}, {0, 48, 55}};
  const auto notes = piano_sheet(piece).parts[0].notes;
  EXPECT_EQ(notes,
            (std::vector<SheetNote>{{0, 24, 52, 2, 1, 0}, {0, 24, 55, 2, 1, 0}, {24, 24, 52, 2, 1, 0}}));
}

TEST(PianoSheet, DetachedNotesHaveDotsAndNoSlur) {
  auto piece = piece_of({1});
  piece.plan.sections[0].bars[0].articulation = .6;
  piece.written.part(Part::kMelody) = {{0, 6, 72}, {12, 12, 74}, {24, 24, 76}};
  const auto sheet = piano_sheet(piece);
  EXPECT_EQ(sheet.parts[0].notes,
            (std::vector<SheetNote>{
                {0, 12, 72, 1, 1, kStaccato}, {12, 12, 74, 1, 1, kStaccato}, {24, 24, 76, 1, 1, 0}}));
  EXPECT_TRUE(sheet.parts[0].slurs.empty());
}

TEST(PianoSheet, ASlurEndsBeforeARepeatedNote) {
  auto piece = piece_of({1});
  piece.written.part(Part::kMelody) = {{0, 12, 72}, {12, 12, 74}, {24, 12, 74}, {36, 12, 76}};
  EXPECT_EQ(piano_sheet(piece).parts[0].slurs, (std::vector<SheetSlur>{{0, 12, 1, 1}, {24, 36, 1, 1}}));
}

TEST(PianoSheet, AnEmptyPartIsRestsAndCanBeWritten) {
  EXPECT_NE(write_musicxml(piano_sheet(piece_of({2}))).find("<rest measure=\"yes\" />"), std::string::npos);
}

TEST(SheetFrame, SectionsHaveLettersByTheirThemes) {
  const auto piece = piece_of({4, 4, 4, 4});
  auto plan = piece.plan;
  for (const std::size_t section : {0U, 2U, 3U})
    for (auto& bar : plan.sections[section].bars) bar.theme.theme = 1;
  const auto bars = sheet_bars(piece.written, plan);
  EXPECT_EQ(bars[0].rehearsal + " " + bars[4].rehearsal + " " + bars[8].rehearsal + " " + bars[12].rehearsal,
            "A B A' A''");
}

TEST(SheetFrame, TempoWordsStandAtSectionsAndTheMetronomeWhereItMoves) {
  auto piece = piece_of({8, 4});
  for (std::size_t bar = 0; bar < 12; ++bar) piece.written.bars[bar].tempo_bpm = bar < 4 ? 90 : 100;
  for (auto& bar : piece.plan.sections[0].bars) bar.valence = -.6, bar.arousal = -.5;
  const auto bars = sheet_bars(piece.written, piece.plan);
  EXPECT_EQ(bars[0].tempo_words, "Andante mesto");
  EXPECT_EQ(bars[0].rehearsal, "A");
  EXPECT_EQ(bars[0].words, "Words");
  EXPECT_TRUE(bars[0].shows_tempo);
  EXPECT_TRUE(bars[4].shows_tempo);
  EXPECT_EQ(bars[4].tempo_words, "");
  EXPECT_FALSE(bars[5].shows_tempo);
  EXPECT_EQ(bars[8].tempo_words, "Andante");
  EXPECT_EQ(tempo_word(59), "Largo");
  EXPECT_EQ(tempo_word(140), "Allegro");
}

TEST(SheetFrame, APlanOfAnotherPieceIsRefused) {
  EXPECT_THROW(sheet_bars(piece_of({8}).written, piece_of({4}).plan), Error);
}

TEST(SheetFrame, HairpinsLeadToAndFromTheLoudestBarOfAPhrase) {
  auto piece = piece_of({8});
  const double loudness[] = {50, 56, 70, 50, 50, 50, 51, 50};
  for (std::size_t bar = 0; bar < 8; ++bar) piece.plan.sections[0].bars[bar].dynamics = loudness[bar];
  const auto [dynamics, hairpins] = loudness_marks(piece.written, piece.plan);
  EXPECT_EQ(dynamics, (std::vector<SheetDynamic>{
                          {0, DynamicLevel::kP}, {96, DynamicLevel::kMf}, {192, DynamicLevel::kP}}));
  EXPECT_EQ(hairpins,
            (std::vector<Hairpin>{{0, 96, HairpinKind::kCrescendo}, {144, 192, HairpinKind::kDiminuendo}}));
}

}  // namespace
}  // namespace s2m
