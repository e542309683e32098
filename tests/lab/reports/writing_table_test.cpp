#include "lab/reports/writing_table.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/midi/midi.h"
#include "tests/base/scratch_folder.h"
#include "tests/lab/analysis/made_music.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

WritingCell cell(const WritingColumn& column, std::string_view name) {
  const auto rows = writing_rows();
  const auto found = std::ranges::find(rows, name, &WritingRow::name);
  EXPECT_NE(found, rows.end()) << name;
  return column.cells[static_cast<std::size_t>(found - rows.begin())];
}

WritingPiece piece_of(std::uint64_t music, std::string text, double valence) {
  WritingPiece piece{.intended = {.quadrant = Quadrant::kQ1, .valence = valence, .text = std::move(text)}};
  piece.window = view_of(testing::random_bars(16, music));
  piece.figures = measure_writing(piece.window, piece.window);
  return piece;
}

TEST(WritingTable, ThePairsAreThoseOfOneStoryAndOfOneQuadrant) {
  // Each story twice, to the same notes.
  const std::vector<WritingPiece> pieces{piece_of(1, "The sea.", .5), piece_of(1, "The sea.", .5),
                                         piece_of(2, "The moor.", .9), piece_of(2, "The moor.", .9)};
  const auto column = column_of("t", pieces);
  EXPECT_EQ(cell(column, "same_story_onsets").count, 2);
  EXPECT_EQ(cell(column, "same_story_onsets").value, 1);
  EXPECT_NEAR(*cell(column, "same_story_changes").value, 1, 1e-9);
  EXPECT_EQ(cell(column, "other_story_onsets").count, 4);
  EXPECT_LT(*cell(column, "other_story_onsets").value, .8);
  EXPECT_EQ(cell(column, "tonic").count, 4);
  EXPECT_EQ(cell(column, "tonic_extreme").count, 2);
  EXPECT_EQ(cell(column, "beyond_two_hands_excited").count, 4);
}

TEST(WritingTable, AWholeSongIsComparedWithTheNext) {
  std::vector<WritingPiece> songs{piece_of(1, "", 0), piece_of(2, "", 0)};
  songs[0].song = "a", songs[1].song = "b";
  songs[0].other_place = songs[0].window;
  const auto column = column_of("t", songs);
  EXPECT_EQ(cell(column, "same_story_onsets").count, 1);
  EXPECT_EQ(cell(column, "same_story_onsets").value, 1);
  EXPECT_EQ(cell(column, "other_story_onsets").count, 1);
}

class WritingFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "real");
    for (int i = 0; i < 3; ++i) {
      save_midi(testing::repeated_phrase(1, 20, static_cast<std::uint64_t>(i)),
                folder_ / (std::to_string(i) + ".mid"));
      save_midi(testing::random_bars(40, static_cast<std::uint64_t>(i)),
                folder_ / "real" / (std::to_string(i) + ".mid"));
    }
    write_text(folder_ / "intended.jsonl", "{\"file\":\"0.mid\"}\n{\"file\":\"1.mid\"}\n");
  }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path folder_ = scratch_folder() / "writing_table_test";
};

TEST_F(WritingFolder, StandsBesideRealMusic) {
  WritingEvaluation evaluation{.folders = {folder_}, .real = {folder_ / "real"}};
  const auto table = measure_writing(evaluation);
  ASSERT_EQ(table.columns.size(), 2u);
  EXPECT_EQ(table.columns[0].pieces, 2);
  EXPECT_EQ(table.columns[1].pieces, 3);
  EXPECT_EQ(cell(table.columns[0], "bar_pattern").value, 1);
  EXPECT_LT(*cell(table.columns[1], "bar_pattern").value, .2);
  EXPECT_FALSE(cell(table.columns[0], "several_melody_notes").value);  // no track is named so
  EXPECT_GT(cell(table.columns[1], "same_story_onsets").count, 0);     // two places of a piece of 40 bars
  const auto json = nlohmann::json::parse(to_json(table));
  EXPECT_EQ(json["figures"].size(), writing_rows().size());
  EXPECT_EQ(json["figures"][0]["values"][0], 1);
  EXPECT_NE(to_text(table).find(" writing_table_test"), std::string::npos);
  // The same places at the same seed, whatever the threads; longer windows than the pieces are left out.
  evaluation.many_files.threads = 1;
  EXPECT_EQ(to_json(measure_writing(evaluation)), to_json(table));
  evaluation.window_bars = 64;
  EXPECT_EQ(measure_writing(evaluation).columns[1].pieces, 0);
}

TEST_F(WritingFolder, CountsChangesOfChord) {
  const auto counts = chord_changes_of(folder_ / "real", {});
  double sum = 0;
  for (const auto& mode : counts)
    for (const auto& from : mode)
      for (const double count : from) sum += count;
  EXPECT_GT(sum, 3 * 70);  // some half bars are silent
  EXPECT_LE(sum, 3 * 79);
  EXPECT_THROW(chord_changes_of(folder_ / "none", {}), Error);
}

}  // namespace
}  // namespace s2m
