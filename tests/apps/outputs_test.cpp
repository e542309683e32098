// Files beside the music: the pages of players, pictures of pieces without a plan.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "story2midi/base/files.h"
#include "tests/apps/program.h"

namespace s2m {
namespace {

TEST(Outputs, APieceWithoutAPlanIsDrawn) {
  succeed(compose("--text-only --bars 4 -q -o unplanned.json"));
  succeed("draw unplanned.json -o unplanned.svg");
  EXPECT_NE(read_text(in_scratch("unplanned.svg")).find("<svg"), std::string::npos);
}

TEST(Outputs, EachPlayerHasAPageOfTheirOwn) {
  succeed(compose("--bars 8 --palette string-quartet --parts quartet -q -o quartet.musicxml"));
  std::size_t files = 0;
  for (const auto& file : std::filesystem::directory_iterator(in_scratch("quartet"))) {
    EXPECT_EQ(file.path().extension(), ".musicxml");
    EXPECT_NE(read_text(file.path()).find("<score-partwise"), std::string::npos);
    ++files;
  }
  EXPECT_EQ(files, 4u);
  EXPECT_TRUE(std::filesystem::exists(in_scratch("quartet/01-Violin-I.musicxml")));
  EXPECT_EQ(run_program(compose("--takes 2 --parts quartet -o x.mid")).code, 2);
}

TEST(Outputs, StemsOfAMidiFileAreItsChannels) {
  succeed(compose("--bars 8 --palette string-quartet -q -o stems.mid"));
  succeed("render stems.mid -o stems.flac --stems stems");
  for (const char* name : {"01-Violin-I", "02-Violin-II", "03-Viola", "04-Cello"})
    for (const char* ending : {".mid", ".flac"})
      EXPECT_TRUE(std::filesystem::exists(in_scratch("stems/" + std::string(name) + ending))) << name;
}

}  // namespace
}  // namespace s2m
