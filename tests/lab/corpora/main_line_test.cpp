#include "lab/corpora/main_line.h"

#include <gtest/gtest.h>

#include <filesystem>

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
    for (int i = 0; i < 8; ++i) track.notes.push_back({i * 480, 480, static_cast<std::uint8_t>(pitch), 80});
    pitch -= 12;
  }
  return score;
}

TEST(MainLine, TheAnnotatedPartsAreTheMelodyInTurn) {
  const fs::path folder = fs::temp_directory_path() / "s2m_main_line";
  fs::create_directories(folder);
  write_text(folder / "Op.1_annotations.csv",
             "qstamp,measure,label,part,part_num,instrument\n0.0,1,a,Vln 1,2,Vln\n3.5,1,b,Fl 1,0,Fl\n");
  Score score = orchestra();
  ASSERT_TRUE(add_main_line(folder / "Op.1.musicxml", score));
  ASSERT_EQ(score.tracks.size(), 5u);
  const Track& melody = score.tracks.back();
  EXPECT_EQ(melody.name, "Melody");
  ASSERT_EQ(melody.notes.size(), 8u);
  EXPECT_EQ(melody.notes[3].pitch, 48);
  EXPECT_EQ(melody.notes[4].pitch, 84);

  Score again = orchestra();
  write_text(folder / "Op.1_annotations.csv", "qstamp,part_num\n0.0,3\n");
  EXPECT_FALSE(add_main_line(folder / "Op.1.musicxml", again));
  EXPECT_EQ(again.tracks.size(), 4u);
  fs::remove_all(folder);
  EXPECT_FALSE(add_main_line(folder / "Op.1.musicxml", score));
}

}  // namespace
}  // namespace s2m
