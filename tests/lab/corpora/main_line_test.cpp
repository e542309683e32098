#include "lab/corpora/main_line.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

// A flute, a harp of two staves and a violin, each in quarters for two bars.
Score orchestra() {
  Score score;
  int pitch = 84;
  for (const char* name : {"Flute 1", "Harp RH", "Harp LH", "Violin 1"}) {
    Track& track = score.tracks.emplace_back();
    track.name = name;
    track.staff = static_cast<int>(score.tracks.size());
    for (int i = 0; i < 8; ++i) track.notes.push_back({i * 480, 480, static_cast<std::uint8_t>(pitch), 80});
    pitch -= 12;
  }
  return score;
}

TEST(MainLine, TheAnnotatedPartsAreTheMelodyInTurn) {
  const fs::path folder = fs::temp_directory_path() / "s2m_main_line";
  fs::create_directories(folder);
  write_text(folder / "Op.1_annotations.csv",
             "qstamp,measure,label,part,part_num,instrument\n0.0,1,a,Vln 1,3,Vln\n3.5,1,b,Fl 1,0,Fl\n");
  Score score = orchestra();
  ASSERT_TRUE(add_main_line(folder / "Op.1.musicxml", score));
  ASSERT_EQ(score.tracks.size(), 5u);
  const Track& melody = score.tracks.back();
  EXPECT_EQ(melody.name, "Melody");
  ASSERT_EQ(melody.notes.size(), 8u);
  EXPECT_EQ(melody.notes[3].pitch, 48);
  EXPECT_EQ(melody.notes[4].pitch, 84);

  Score again = orchestra();
  write_text(folder / "Op.1_annotations.csv", "qstamp,part_num\n0.0,4\n");
  EXPECT_FALSE(add_main_line(folder / "Op.1.musicxml", again));
  EXPECT_EQ(again.tracks.size(), 4u);
  fs::remove_all(folder);
  EXPECT_FALSE(add_main_line(folder / "Op.1.musicxml", score));
}

TEST(MainLine, RowsAreReadByQuarterThemeAndPart) {
  const auto csv = fs::temp_directory_path() / "s2m_main_line_rows.csv";
  const std::string head = "qstamp,measure,beat,measure_fraction,label,part,part_num,instrument\n";
  write_text(csv, head + "6.0,3,1.0,0.0,b,Fl 1,1,Fl\n0.0,1,1.0,0.0,a,\"Vln 1\",30,Vln\n");
  EXPECT_EQ(main_line_annotations(csv), (std::vector<MainLine>{{0, "a", "Vln 1", 31}, {6, "b", "Fl 1", 2}}));
  write_text(csv, head + "soon,3,1.0,0.0,b,Fl 1,1,Fl\n");
  EXPECT_THROW(main_line_annotations(csv), Error);
  fs::remove(csv);
}

}  // namespace
}  // namespace s2m
