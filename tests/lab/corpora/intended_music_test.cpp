#include "lab/corpora/intended_music.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/midi/midi.h"
#include "tests/base/scratch_folder.h"
#include "tests/lab/analysis/made_music.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

class IntendedTable : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_);
    for (const char* name : {"a.mid", "b.mid"}) save_midi(testing::random_bars(2, 1), folder_ / name);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::vector<IntendedMusic> read(const std::string& name, const std::string& text) const {
    write_text(folder_ / name, text);
    return read_intended(folder_ / name, folder_);
  }
  // The message of the Error that the table ends in.
  std::string fault(const std::string& name, const std::string& text) const {
    try {
      read(name, text);
    } catch (const Error& error) {
      return error.what();
    }
    return "none";
  }

  fs::path folder_ = scratch_folder() / "intended_music_test";
};

void expect_the_row(const std::vector<IntendedMusic>& pieces) {
  ASSERT_EQ(pieces.size(), 1u);
  const auto& piece = pieces[0];
  EXPECT_EQ(piece.quadrant, Quadrant::kQ2);
  EXPECT_EQ(piece.valence, -0.5);
  EXPECT_EQ(piece.arousal, 0.25);
  EXPECT_EQ(piece.key, (Key{6, Mode::kMinor}));
  EXPECT_EQ(piece.tempo_bpm, 92.5);
  EXPECT_EQ(piece.metre, (Metre{6, 8}));
  EXPECT_EQ(piece.bars, 16);
  EXPECT_EQ(piece.text, "Run, \"she\" said");
  EXPECT_EQ(piece.file.filename(), "a.mid");
}

TEST_F(IntendedTable, ThreeFormsSayTheSame) {
  expect_the_row(read("t.tsv",
                      "file\tquadrant\tvalence\tarousal\tkey\ttempo\tmeter\tbars\ttext\textra\n"
                      "a.mid\tQ2\t-0.5\t0.25\tF# minor\t92.5\t6/8\t16\tRun, \"she\" said\tx\n"));
  expect_the_row(read("t.csv",
                      "\xef\xbb\xbf"
                      "file,quadrant,valence,arousal,key,tempo,meter,bars,text\r\n"
                      "a.mid,Q2,-0.5,0.25,F#m,92.5,6/8,16,\"Run, \"\"she\"\" said\"\r\n"));
  expect_the_row(read("t.jsonl",
                      R"({"file":"a.mid","valence":-0.5,"arousal":0.25,"key":"F# minor","tempo":92.5,)"
                      R"("meter":"6/8","bars":16,"text":"Run, \"she\" said","unknown":[1]})"
                      "\n\n"));
}

TEST_F(IntendedTable, WhatIsWrittenIsReadAgain) {
  const auto pieces = read("t.tsv", "file\tquadrant\tkey\tbars\nb.mid\t3\tBb\t\na.mid\t\tC\t4\n");
  ASSERT_EQ(pieces.size(), 2u);
  EXPECT_FALSE(pieces[0].bars);
  EXPECT_FALSE(pieces[1].quadrant);
  auto relative = pieces[0];
  relative.file = "b.mid";
  const auto again = read("again.jsonl", to_jsonl(relative) + "\n");
  EXPECT_EQ(again[0].quadrant, Quadrant::kQ3);
  EXPECT_EQ(again[0].key, (Key{10, Mode::kMajor}));
}

TEST_F(IntendedTable, FaultsNameTheirLine) {
  EXPECT_NE(fault("t.tsv", "file\tbars\na.mid\tmany\n").find("line 2: bars"), std::string::npos);
  EXPECT_NE(fault("t.tsv", "name\tbars\na.mid\t3\n").find("line 1"), std::string::npos);
  EXPECT_NE(fault("t.tsv", "file\tbars\na.mid\n").find("line 2"), std::string::npos);
  EXPECT_NE(fault("t.tsv", "file\nnowhere.mid\n").find("nowhere.mid"), std::string::npos);
  EXPECT_NE(fault("t.tsv", "file\na.mid\n./a.mid\n").find("line 3"), std::string::npos);
  EXPECT_NE(fault("t.tsv", "file\tvalence\na.mid\tnan\n").find("valence"), std::string::npos);
  EXPECT_NE(fault("t.tsv", "file\tquadrant\na.mid\tQ5\n").find("quadrant"), std::string::npos);
  EXPECT_NE(fault("t.tsv", "file\tkey\na.mid\tH dur\n").find("line 2: key"), std::string::npos);
  EXPECT_NE(fault("t.tsv", "file\tmeter\na.mid\t4\n").find("line 2: meter"), std::string::npos);
  EXPECT_NE(fault("t.jsonl", "{\"file\":\"a.mid\"}\n{\"file\":").find("line 2"), std::string::npos);
  EXPECT_NE(fault("t.jsonl", "[1]\n").find("line 1"), std::string::npos);
  EXPECT_NE(fault("t.csv", "file\n").find("names no piece"), std::string::npos);
  EXPECT_NE(fault("t.xlsx", "file\n").find(".jsonl"), std::string::npos);
}

TEST_F(IntendedTable, BeforeThePiecesAreWrittenNoFileIsNeeded) {
  write_text(folder_ / "w.jsonl", R"({"text":"Run.","valence":0.5,"arousal":-1,"seed":18446744073709551615})"
                                  "\n{\"valence\":0}\n");
  const auto wanted = read_wanted(folder_ / "w.jsonl");
  ASSERT_EQ(wanted.size(), 2u);
  EXPECT_EQ(wanted[0].text, "Run.");
  EXPECT_EQ(wanted[0].quadrant, Quadrant::kQ4);
  EXPECT_EQ(wanted[0].seed, 18446744073709551615u);
  EXPECT_TRUE(wanted[1].text.empty());
  write_text(folder_ / "w.tsv", "words\tvalence\nRun.\t0\n");
  EXPECT_THROW(read_wanted(folder_ / "w.tsv"), Error);
  write_text(folder_ / "w.tsv", "text\tseed\nRun.\t-1\n");
  EXPECT_THROW(read_wanted(folder_ / "w.tsv"), Error);
}

TEST_F(IntendedTable, TakesWhatSpreadsheetsWrite) {
  const auto texts = [&](const std::string& table) {
    write_text(folder_ / "w.csv", table);
    std::vector<std::string> all;
    for (const auto& row : read_wanted(folder_ / "w.csv")) all.push_back(row.text);
    return all;
  };
  using Texts = std::vector<std::string>;
  EXPECT_EQ(texts("text,bars\r\n\"Two lines\r\nin one \"\"cell\"\"\",4\r\nNext.,2\r\n"),
            (Texts{"Two lines\nin one \"cell\"", "Next."}));
  EXPECT_EQ(texts("id;text;bars\n1;The sea, at night.;4\n"), Texts{"The sea, at night."});
  EXPECT_EQ(texts("id\ttext\n1\tThe sea.\n"), Texts{"The sea."});
  EXPECT_EQ(texts("Text, Bars\nThe sea.,4\n"), Texts{"The sea."});
  EXPECT_EQ(texts("text,bars\rThe sea.,4\r"), Texts{"The sea."});
  EXPECT_EQ(texts("text,bars\nThe caf\xe9 by the sea.,4\n"), Texts{"The caf\u00e9 by the sea."});
  write_text(folder_ / "w.csv", "text,bars\nOne.,1\n\"Two,4\nThree,4\n");
  try {
    read_wanted(folder_ / "w.csv");
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("line 3: a quoted cell does not end"), std::string::npos);
  }
}

TEST_F(IntendedTable, WithoutATableNamesTell) {
  save_midi(testing::random_bars(2, 1), folder_ / "Q4_x_0.mid");
  const auto pieces = intended_of(folder_);
  ASSERT_EQ(pieces.size(), 3u);
  EXPECT_EQ(pieces[0].quadrant, Quadrant::kQ4);
  EXPECT_FALSE(pieces[1].quadrant);
  write_text(folder_ / "intended.jsonl", "{\"file\":\"b.mid\",\"quadrant\":\"Q1\"}\n");
  EXPECT_EQ(intended_of(folder_).size(), 1u);
}

TEST_F(IntendedTable, TablesOfTheFoldersInItComeTogether) {
  for (const char* seed : {"2", "1"}) {
    fs::create_directories(folder_ / seed);
    save_midi(testing::random_bars(2, 1), folder_ / seed / "a.mid");
    write_text(folder_ / seed / "intended.jsonl", "{\"file\":\"a.mid\",\"text\":\"The sea.\"}\n");
  }
  const auto pieces = intended_of(folder_);
  ASSERT_EQ(pieces.size(), 2u);
  EXPECT_EQ(pieces[0].file, folder_ / "1" / "a.mid");
  EXPECT_EQ(pieces[1].file, folder_ / "2" / "a.mid");
}

}  // namespace
}  // namespace s2m
