// Pieces as JSON: there and back, and whatever a user or an attacker may hand in.
#include "story2midi/formats/piece_json.h"

#include <gtest/gtest.h>

#include "story2midi/base/error.h"
#include "story2midi/compose/composer.h"
#include "story2midi/formats/save.h"
#include "tests/base/scratch_folder.h"
#include "tests/compose/tiny_decoder.h"

namespace s2m {
namespace {

SavedPiece a_piece(const std::string& palette = {}) {
  const TinyDecoder file;
  const EmotionCurve curve{{{{"A \"bell\" \xE2\x99\xAA.", 0, 12}, {0.7, 0.5, {}}},
                            {{"The house burned.", 13, 30}, {-0.8, 0.6, {}}}}};
  const auto plan = make_plan(curve, {.bars = 9, .metre = Metre{6, 8}, .palette = palette});
  SavedPiece piece{Composer(file.path()).compose_piece(plan, {}, {.seed = 7, .drafts = 1}), {}};
  piece.performance.seed = 7;
  piece.score.title = "Bells";
  piece.score.copyright = "none";
  piece.score.texts = {"seed 7"};
  piece.score.tracks[0].lyrics = {{0, "A \"bell\"."}, {960, "The house burned."}};
  return piece;
}

std::string json_of(const SavedPiece& piece) {
  return to_json(
      piece.score,
      {.plan = piece.plan, .written = piece.written, .performance = piece.performance, .style = piece.style});
}

std::string fault_of(std::string json, const std::string& from, const std::string& to) {
  const auto at = json.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  try {
    piece_from_json(json.replace(at, from.size(), to));
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(PieceJson, RoundTripOfEveryNoteChordTempoAndControl) {
  for (const char* palette : {"", "orchestra", "string-quartet"}) {
    const auto piece = a_piece(palette);
    const auto back = piece_from_json(json_of(piece));
    EXPECT_EQ(back.plan, piece.plan) << palette;
    EXPECT_EQ(back.written, piece.written) << palette;
    EXPECT_EQ(back.score, piece.score) << palette;
    EXPECT_EQ(back, piece) << palette;
    EXPECT_EQ(json_of(back), json_of(piece)) << palette;
  }
}

TEST(PieceJson, NamesTheStyleOfThePiece) {
  auto piece = a_piece();
  piece.style = PieceStyle{"Aunt Mary", "0123456789abcdef", 0.75};
  EXPECT_EQ(piece_from_json(json_of(piece)).style, piece.style);
  EXPECT_NE(fault_of(json_of(piece), "0.75", "1.75").find("style.strength"), std::string::npos);
}

TEST(PieceJson, TheScoreAloneIsReadOfEveryPiece) {
  const auto piece = a_piece();
  EXPECT_EQ(score_from_json(json_of(piece)), piece.score);
  EXPECT_EQ(score_from_json(to_json(piece.score)), piece.score);
  EXPECT_THROW(score_from_json("{\"version\": 7}"), Error);
}

TEST(PieceJson, AScoreAloneIsRefusedWithWhatIsMissing) {
  const auto piece = a_piece();
  try {
    piece_from_json(to_json(piece.score, {.plan = piece.plan}));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, ErrorKind::kUnsupported);
    EXPECT_NE(std::string(error.what()).find("written"), std::string::npos);
  }
}

TEST(PieceJson, FaultsNameTheMember) {
  const auto json = json_of(a_piece());
  EXPECT_NE(fault_of(json, "\"version\":1", "\"version\":9").find("version"), std::string::npos);
  EXPECT_NE(fault_of(json, "\"drums\":false", "\"drums\":0").find("tracks[0].drums"), std::string::npos);
  EXPECT_NE(fault_of(json, "\"notes\":[[", "\"notes\":[[-1,2,3,4],[").find("tracks[0].notes[0]"),
            std::string::npos);
  EXPECT_NE(fault_of(json, "\"notes\":[[", "\"notes\":[[1,2,3],[").find("4 numbers"), std::string::npos);
  EXPECT_NE(fault_of(json, "\"melody\":[[", "\"melody\":[[999999,2,60],[").find("written.melody[0]"),
            std::string::npos);
  EXPECT_NE(fault_of(json, "\"title\":\"Bells\"", "\"titles\":\"Bells\"").find("titles"), std::string::npos);
  EXPECT_NE(fault_of(json, "\"metre\":\"6/8\"", "\"metre\":\"6/0\"").find("metre"), std::string::npos);
}

}  // namespace
}  // namespace s2m
