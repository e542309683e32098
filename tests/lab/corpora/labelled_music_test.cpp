#include "lab/corpora/labelled_music.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "tests/base/scratch_folder.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

// A data folder with the names of files alone, as EMOPIA and VGMIDI lay them out.
class DataFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = scratch_folder() / "labelled_music_test";
    fs::create_directories(folder_ / "emopia" / "split");
    fs::create_directories(folder_ / "emopia" / "midis");
    fs::create_directories(folder_ / "vgmidi");
    for (const char* name : {"Q1_a_b_0.mid", "Q1_a_b_1.mid", "Q3_c_0.mid"})
      write_text(folder_ / "emopia" / "midis" / name, "");
    write_text(folder_ / "emopia/split/train_clip.csv", ",clip_name\n0,Q1_a_b_0.mid\n1,Q1_a_b_1.mid\n");
    write_text(folder_ / "emopia/split/val_clip.csv", ",clip_name\n");
    write_text(folder_ / "emopia/split/test_clip.csv", ",clip_name\r\n0,Q3_c_0.mid\r\n");
    write_text(folder_ / "vgmidi/vgmidi_labelled.csv",
               "id,series,console,game,piece,midi,valence,arousal\n"
               "1,S,N64,G,\"A, B\",\"labelled/phrases/S_G_A, B_0.mid\",-1,1\n"
               "2,S,N64,G,C,labelled/phrases/S_G_C_1.mid,1,-1\n");
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path folder_;
};

TEST_F(DataFolder, EmopiaIsListedWithItsSplit) {
  const auto files = list_emopia(folder_);
  ASSERT_EQ(files.size(), 3u);
  EXPECT_EQ(files[0].song, "a_b");
  EXPECT_EQ(files[1].song, "a_b");
  EXPECT_EQ(files[0].quadrant, Quadrant::kQ1);
  EXPECT_EQ(files[0].split, Split::kTrain);
  EXPECT_EQ(files[2].quadrant, Quadrant::kQ3);
  EXPECT_EQ(files[2].split, Split::kTest);
  EXPECT_LT(*files[2].valence, 0);
  EXPECT_LT(*files[2].arousal, 0);
}

TEST_F(DataFolder, AnEmopiaClipOfAnotherNameIsNamed) {
  for (const char* name : {"Q1.mid", "Q1_.mid", "Q5_a_0.mid", "Q1xa_0.mid"}) {
    const auto file = folder_ / "emopia" / "midis" / name;
    write_text(file, "");
    try {
      list_emopia(folder_);
      ADD_FAILURE() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.where, (fs::path("emopia/midis") / name).string());
      EXPECT_EQ(error.fault, "not an EMOPIA clip");
    }
    fs::remove(file);
  }
}

TEST_F(DataFolder, VgmidiIsListedThoughItsTitlesHoldCommas) {
  const auto files = list_vgmidi(folder_);
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[0].path, fs::path("vgmidi/labelled/phrases/S_G_A, B_0.mid"));
  EXPECT_EQ(files[0].song, "S_G_A, B");
  EXPECT_EQ(files[0].quadrant, Quadrant::kQ2);
  EXPECT_EQ(files[1].quadrant, Quadrant::kQ4);
}

TEST_F(DataFolder, WhatIsNotLaidOutSoIsAnError) {
  write_text(folder_ / "emopia/midis/song.mid", "");
  EXPECT_THROW(list_emopia(folder_), Error);
  write_text(folder_ / "vgmidi/vgmidi_labelled.csv", "head\nnot a row\n");
  EXPECT_THROW(list_vgmidi(folder_), Error);
  EXPECT_THROW(list_emopia(folder_ / "nowhere"), Error);
}

TEST(Corpora, EmopiasOfficialSplitKeepsSongsTogether) {
  const char* data = std::getenv("S2M_DATA");
  if (!data || !fs::exists(fs::path(data) / "emopia")) GTEST_SKIP() << "S2M_DATA names no folder with emopia";
  std::map<std::string, Split> split_of;
  for (const MusicFile& file : list_emopia(data)) {
    ASSERT_TRUE(file.split);
    EXPECT_EQ(split_of.try_emplace(file.song, *file.split).first->second, *file.split) << file.song;
  }
}

}  // namespace
}  // namespace s2m
