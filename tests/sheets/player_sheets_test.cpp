// A player's page: one part, its long rests joined where nothing has to be seen.
#include "story2midi/sheets/player_sheets.h"

#include <gtest/gtest.h>

#include "story2midi/notation/write_musicxml.h"

namespace s2m {
namespace {

// Twelve bars of 4/4; the flute plays in the first and the last, the clarinet throughout.
Sheet score_of() {
  Sheet score{.title = "Tale", .composer = "story2midi", .bars = {}, .chords = {}, .parts = {}};
  for (int bar = 0; bar < 12; ++bar)
    score.bars.push_back({.start = 48 * bar, .metre = {4, 4}, .key = {}, .tempo_bpm = 100.0 + bar});
  SheetPart flute, clarinet;
  flute.name = "Flute", flute.family = clarinet.family = "Winds";
  flute.notes = {{0, 48, 72}, {11 * 48, 48, 74}};
  clarinet.name = "Clarinet", clarinet.transposition = -2;
  for (int bar = 0; bar < 12; ++bar) clarinet.notes.push_back({48 * bar, 48, 60});
  score.parts = {flute, clarinet};
  return score;
}

TEST(PlayerSheets, EachHasOnePartUnderTheScoresBars) {
  const auto sheets = player_sheets(score_of());
  ASSERT_EQ(sheets.size(), 2u);
  EXPECT_EQ(sheets[0].sheet.title, "Tale: Flute");
  ASSERT_EQ(sheets[1].sheet.parts.size(), 1u);
  EXPECT_EQ(sheets[1].sheet.parts[0].name, "Clarinet");
  EXPECT_EQ(sheets[1].sheet.parts[0].transposition, -2);
  EXPECT_TRUE(sheets[1].sheet.parts[0].family.empty());
  EXPECT_EQ(sheets[1].long_rests, std::vector<int>(12));
}

TEST(PlayerSheets, RestsAreJoinedUpToWhatAPlayerHasToSee) {
  Sheet score = score_of();
  EXPECT_EQ(player_sheets(score)[0].long_rests, (std::vector<int>{0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
  score.bars[4].rehearsal = "B";
  score.bars[7].key = Key{2, Mode::kMajor};
  score.bars[8].shows_tempo = true;
  EXPECT_EQ(player_sheets(score)[0].long_rests, (std::vector<int>{0, 3, 0, 0, 3, 0, 0, 0, 3, 0, 0, 0}));
}

TEST(PlayerSheets, ANoteThatRingsIntoABarIsNoRest) {
  Sheet score = score_of();
  score.parts[0].notes[0].length = 96;
  EXPECT_EQ(player_sheets(score)[0].long_rests[1], 0);
  EXPECT_EQ(player_sheets(score)[0].long_rests[2], 9);
}

TEST(PlayerSheets, LongRestsAreMeasureStyles) {
  const auto player = player_sheets(score_of())[0];
  const auto xml = write_musicxml(player.sheet, player.long_rests);
  EXPECT_NE(xml.find("<multiple-rest>10</multiple-rest>"), std::string::npos);
  EXPECT_EQ(write_musicxml(score_of()).find("multiple-rest"), std::string::npos);
}

}  // namespace
}  // namespace s2m
