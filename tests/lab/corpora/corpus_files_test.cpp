#include "lab/corpora/corpus_files.h"

#include <gtest/gtest.h>

#include "story2midi/midi/midi.h"
#include "tests/base/scratch_folder.h"
#include "tests/lab/analysis/made_music.h"

namespace s2m {
namespace {

TEST(CorpusFiles, PartsOfASongShareItsName) {
  const auto folder = scratch_folder() / "corpus_files_test";
  const auto add = [&](const std::filesystem::path& file) {
    std::filesystem::create_directories((folder / file).parent_path());
    save_midi(testing::random_bars(1, 1), folder / file);
  };
  for (const char* name : {"Q1_ab_cd_0.mid", "Q1_ab_cd_12.mid", "Q3_ef_0.mid"})
    add(std::filesystem::path("clips") / name);
  for (const char* name : {"1/a.mid", "1/b.mid", "2/a.mid", "2/b.mid"})
    add(std::filesystem::path("works") / name);
  const auto clips = corpus_files(folder / "clips"), works = corpus_files(folder / "works");
  std::filesystem::remove_all(folder);
  ASSERT_EQ(clips.size(), 3u);
  EXPECT_EQ(clips[0].song, clips[1].song);
  EXPECT_NE(clips[0].song, clips[2].song);
  ASSERT_EQ(works.size(), 4u);
  EXPECT_EQ(works[0].song, works[1].song);
  EXPECT_NE(works[1].song, works[2].song);
}

TEST(CorpusFiles, NamesInCapitalsAndRiffMidiAreMusicToo) {
  const auto folder = scratch_folder() / "corpus_names_test";
  std::filesystem::create_directories(folder);
  for (const char* name : {"X.MID", "y.Midi", "z.rmi", "notes.txt"})
    save_midi(testing::random_bars(1, 1), folder / name);
  const auto files = corpus_files(folder);
  std::filesystem::remove_all(folder);
  ASSERT_EQ(files.size(), 3u);
  EXPECT_EQ(files[0].path.filename(), "X.MID");
}

}  // namespace
}  // namespace s2m
