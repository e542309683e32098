// Cue sheets: tables and edit decision lists.
#include "story2midi/stories/cue_sheet.h"

#include <gtest/gtest.h>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "tests/base/scratch_folder.h"

namespace s2m {
namespace {

CueSheet read_csv(const std::string& text, const CueSheetOptions& options = {}) {
  const auto file = scratch_folder() / "cues.csv";
  write_text(file, text);
  return read_cue_sheet(file, options);
}

std::string fault_of(const std::string& csv) {
  try {
    read_csv(csv);
  } catch (const Error& error) {
    const std::string what = error.what();
    return what.substr(what.find("cues.csv"));
  }
  return "none";
}

TEST(CueSheet, ATableOfCues) {
  const auto sheet = read_csv(
      "time,kind,end,text\n0,section,,The harbour\n0:12.5,hit,,A door\n20,silence,24.5,\n24.5,,,\"Night, and "
      "rain\"\n60,end,,\n");
  const std::vector<TimeCue> expected{{CueKind::kSection, 0, 0, "The harbour"},
                                      {CueKind::kHit, 12.5, 0, "A door"},
                                      {CueKind::kSilence, 20, 24.5, ""},
                                      {CueKind::kSection, 24.5, 0, "Night, and rain"}};
  EXPECT_EQ(sheet.cues, expected);
  EXPECT_EQ(sheet.length_seconds, 60);
}

TEST(CueSheet, FramesAndAStart) {
  const auto sheet =
      read_csv("time,kind\n01:00:02:12,\n", {.rate = FrameRate{24, false}, .start = "01:00:00:00"});
  EXPECT_DOUBLE_EQ(sheet.cues.at(0).seconds, 2.5);
}

TEST(CueSheet, ASilenceLastsUntilTheNextSection) {
  EXPECT_EQ(read_csv("time,kind\n5,silence\n9,section\n").cues[0].end_seconds, 9);
  EXPECT_EQ(read_csv("time,kind\n5,silence\n9,end\n").cues[0].end_seconds, 9);
}

TEST(CueSheet, FaultsNameTheLine) {
  EXPECT_EQ(fault_of("time,kind\n5,\n4,\n"),
            "cues.csv: line 3: time: is before the row above: expected 5.000 s or more, got 4.000 s");
  EXPECT_EQ(fault_of("time,kind\n5,\n5,\n").substr(0, 48),
            "cues.csv: line 3: time: is that of another secti");
  EXPECT_EQ(fault_of("time,kind,end\n5,silence,9\n7,section,\n").substr(0, 41),
            "cues.csv: line 3: time: lies in a silence");
  EXPECT_EQ(fault_of("time,kind\n5,silence\n").substr(0, 40), "cues.csv: line 2: is a silence without a");
  EXPECT_EQ(fault_of("time,kind,end\n5,silence,5\n").substr(0, 38), "cues.csv: line 2: end: is not after th");
  EXPECT_EQ(fault_of("time,kind\n5,bang\n").substr(0, 36), "cues.csv: line 2: kind: is not known");
  EXPECT_EQ(fault_of("time,kind\n25:00:00,\n").substr(0, 39), "cues.csv: line 2: time: is out of range");
  EXPECT_EQ(fault_of("time,kind\nsoon,\n").substr(0, 34), "cues.csv: line 2: time: is no time");
  EXPECT_EQ(fault_of("time,kind\n5,end\n6,\n").substr(0, 39), "cues.csv: line 3: stands after the end:");
  EXPECT_EQ(fault_of("time,kind\n").substr(0, 19), "cues.csv: has no cu");
}

TEST(CueSheet, TextsMakeAStory) {
  const auto story = story_of(read_csv("time,text\n2,The harbour lay silent.\n9,\n12,Bells rang for joy!\n"));
  ASSERT_EQ(story.passages.size(), 2u);
  EXPECT_EQ(story.passages[1].start_seconds, 12);
  EXPECT_EQ(story.source.substr(story.passages[1].start_byte), "Bells rang for joy!");
  EXPECT_THROW(story_of(read_csv("time\n2\n")), Error);
}

constexpr const char* kEdl =
    "TITLE: HARBOUR\r\nFCM: NON-DROP FRAME\r\n\r\n"
    "001  HARBOUR  V     C        00:00:10:00 00:00:22:00 01:00:00:00 01:00:12:00\r\n"
    "* FROM CLIP NAME: harbour_dawn.mov\r\n"
    "* LOC: 01:00:05:00 RED     a door slams\r\n"
    "001  HARBOUR  A     C        00:00:10:00 00:00:22:00 01:00:00:00 01:00:12:00\r\n"
    "003  STREET   V     C        00:01:00:00 00:01:20:00 01:00:14:00 01:00:34:00\r\n"
    "002  STREET   V     C        00:00:00:00 00:00:00:00 01:00:12:00 01:00:12:00\r\n"
    "002  FACE     V     D    012 00:00:30:00 00:00:32:00 01:00:12:00 01:00:14:00\r\n";

TEST(Edl, CutsAreSectionsAndHits) {
  const auto sheet = cue_sheet_of_edl(kEdl, "cut.edl");
  const std::vector<TimeCue> expected{{CueKind::kSection, 0, 0, "harbour_dawn.mov"},
                                      {CueKind::kHit, 5, 0, "a door slams"},
                                      {CueKind::kSection, 12, 0, ""},
                                      {CueKind::kHit, 14, 0, ""}};
  EXPECT_EQ(sheet.cues, expected);
  EXPECT_EQ(sheet.length_seconds, 34);
}

TEST(Edl, DropFrameCodeHasItsRate) {
  std::string drop = kEdl;
  drop.replace(drop.find("NON-DROP"), 8, "DROP");
  EXPECT_NEAR(*cue_sheet_of_edl(drop, "cut.edl").length_seconds, 34 * 1.001, 1e-9);
}

TEST(Edl, HostileListsAreRefused) {
  const auto fault = [](const std::string& text) {
    try {
      cue_sheet_of_edl(text, "cut.edl");
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("none");
  };
  EXPECT_TRUE(fault("").starts_with("cut.edl: has no event"));
  EXPECT_TRUE(fault("TITLE: X\n\n* LOC: 01:00:00:00 RED x\n").starts_with("cut.edl: has no event"));
  EXPECT_TRUE(fault("001 X V C 00:00:00:00 00:00:01:00 01:00:02:00 01:00:01:00\n")
                  .starts_with("cut.edl: line 1: ends before"));
  EXPECT_TRUE(fault("\n001 X V C 00:00:00:00 00:00:01:00 25:00:02:00 25:00:03:00\n")
                  .starts_with("cut.edl: line 2: time code"));
  EXPECT_TRUE(fault("001 X V C 00:00:00:00 00:00:01:00 01:00:00:00 09:00:01:00\n")
                  .starts_with("cut.edl: is out of range"));
}

}  // namespace
}  // namespace s2m
