// Listing and loading of corpora that are no MIDI files.
#include "lab/datasets/music_datasets.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "story2midi/base/files.h"
#include "tests/notation/documents.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

class ScoreDatasets : public testing::Test {
 protected:
  ~ScoreDatasets() override { fs::remove_all(data_); }
  void add(const std::string& file, const std::string& text) {
    fs::create_directories((data_ / file).parent_path());
    write_text(data_ / file, text);
  }
  std::vector<std::string> listed(std::string_view name) const {
    std::vector<std::string> paths;
    const MusicDataset& dataset = music_dataset(name);
    for (const MusicFile& file : dataset.list(data_, dataset.folder))
      paths.push_back(file.path.generic_string());
    return paths;
  }

  const fs::path data_ = fs::temp_directory_path() / fmt::format("s2m_datasets_{}", getpid());
};

TEST_F(ScoreDatasets, NameEachTuneOfABook) {
  add("music21_corpus/essenFolksong/han1.abc", "X:1\nK:C\nA\n\nX:2\nK:C\nB2\n");
  EXPECT_EQ(listed("folk_songs"), (std::vector<std::string>{"music21_corpus/essenFolksong/han1.abc#1",
                                                            "music21_corpus/essenFolksong/han1.abc#2"}));
  const auto score = music_dataset("folk_songs").load(data_ / listed("folk_songs")[1]);
  EXPECT_EQ(test::described(score.tracks.at(0)), "71 at 0 for 480");
}

TEST_F(ScoreDatasets, TakeWholeScoresWithoutGraceNotes) {
  const auto page =
      test::document({{test::measures({test::attributes(1) + test::grace("D", "5") + test::note("C5", 4)})}});
  add("openscore_orchestra/data/Brahms/1/a.musicxml", page);
  add("openscore_orchestra/data/Brahms/1/a_melody.mxl", "");
  EXPECT_EQ(listed("openscore_orchestra"),
            std::vector<std::string>{"openscore_orchestra/data/Brahms/1/a.musicxml"});
  const auto score = music_dataset("openscore_orchestra").load(data_ / listed("openscore_orchestra")[0]);
  EXPECT_EQ(test::described(score.tracks.at(0)), "72 at 0 for 1920");
}

}  // namespace
}  // namespace s2m
