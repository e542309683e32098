// The corpus table: one in code and docs, and the check of a data folder against it.
#include "lab/corpora/corpus_table.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "lab/datasets/music_datasets.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

class CorpusTable : public testing::Test {
 protected:
  CorpusTable() { fs::create_directories(data_); }
  ~CorpusTable() override { fs::remove_all(data_); }

  void add(const std::string& file) {
    fs::create_directories((data_ / file).parent_path());
    write_text(data_ / file, "x");
  }
  CorpusCheck check_of(std::string_view folder) const {
    for (CorpusCheck& check : check_corpora(data_))
      if (check.corpus->folder == folder) return check;
    return {};
  }

  const fs::path data_ = fs::temp_directory_path() / fmt::format("s2m_corpora_{}", getpid());
};

TEST_F(CorpusTable, IsTheOneInTheDocs) {
  const std::string page = read_text(S2M_SOURCE_DIR "/docs/corpora.md");
  for (const Corpus& one : corpora())
    EXPECT_THAT(page,
                testing::HasSubstr(fmt::format("| `{}` | {} | {} | {} | {} | {} MB |", one.folder, one.title,
                                               one.publisher, one.licence, one.version, one.megabytes)));
}

TEST_F(CorpusTable, NamesTheCorpusOfEveryMusicDataset) {
  for (const MusicDataset& dataset : music_datasets())
    EXPECT_EQ(corpus(dataset.folder).folder, dataset.folder);
  EXPECT_THROW(corpus("nothing"), Error);
}

TEST_F(CorpusTable, AnAbsentFolderIsMissingAndAnEmptyOneIncomplete) {
  EXPECT_EQ(check_of("emobank").state, CorpusState::kMissing);
  add("emobank/README.md");
  const auto check = check_of("emobank");
  EXPECT_EQ(check.state, CorpusState::kIncomplete);
  EXPECT_THAT(check.faults, testing::SizeIs(2));
}

TEST_F(CorpusTable, ACorpusWithEveryFileIsComplete) {
  add("emobank/corpus/emobank.csv");
  add("emobank/corpus/meta.tsv");
  EXPECT_EQ(check_of("emobank").state, CorpusState::kComplete);
}

TEST_F(CorpusTable, FilesThatAreTooFewAreCounted) {
  for (const char* part : {"train", "val", "test"}) add(fmt::format("emopia/split/{}_clip.csv", part));
  add("emopia/midis/Q1_song_0.mid");
  EXPECT_THAT(check_of("emopia").faults,
              testing::ElementsAre(testing::EndsWith("midis: 1078 *.mid expected, 1 found")));
}

TEST_F(CorpusTable, AsJsonHasARowPerCorpus) {
  const auto rows = nlohmann::json::parse(to_json(check_corpora(data_)));
  ASSERT_EQ(rows.size(), corpora().size());
  EXPECT_EQ(rows[0]["state"], "missing");
  EXPECT_THROW(check_corpora(data_ / "nowhere"), Error);
}

}  // namespace
}  // namespace s2m
