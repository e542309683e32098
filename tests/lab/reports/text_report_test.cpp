// The whole evaluation of a tiny encoder on sets of a few made-up rows.
#include "lab/reports/text_report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "tests/base/scratch_folder.h"
#include "tests/lab/corpora/small_emotion_sets.h"
#include "tests/reading/tiny_encoder.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

// Words of feeling and of none, never twice the same row.
std::string sentence(int number) {
  static const char* const words[] = {"joy and sun", "black storm", "he wept alone",
                                      "calm sea",    "she laughed", "grave and dark"};
  return std::string(words[number % 6]) + " " +
         std::string(static_cast<std::size_t>(1 + number / 6), 'a' + number % 7);
}

void write_emobank(const fs::path& folder) {
  std::string table = "id,split,V,A,D,text\n", meta = "id\tdocument\tcategory\tsubcategory\n";
  for (int i = 0; i < 24; ++i) {
    const auto id = "d_" + std::to_string(i);
    table += id + ",test," + std::to_string(2 + i % 3) + "," + std::to_string(2.5 + i % 2) + ",3," +
             sentence(i) + "\n";
    meta += id + "\td\t" + (i % 2 ? "fiction" : "newspaper") + "\t\n";
  }
  write_text(folder / "emobank/corpus/emobank.csv", table);
  write_text(folder / "emobank/corpus/meta.tsv", meta);
}

void write_tales(const fs::path& folder) {
  for (const auto& [name, stories] : {std::pair("train_strict.tsv", 5), std::pair("val_strict.tsv", 3)}) {
    std::string table = kTalesHead;
    for (int i = 0; i < 12 * stories; ++i)
      table += "1\tstory" + std::to_string(i / 12) + "\tG\t0\t0." + std::to_string(1 + i * 7 % 9) + "\t0." +
               std::to_string(1 + i * 5 % 9) + "\tQ1\t" + sentence(i) + "\n";
    write_text(folder / "tales_va" / name, table);
  }
}

void write_goemotions(const fs::path& folder) {
  constexpr int kLabels[] = {17, 2, 25, 23};  // joy, anger, sadness, relief
  for (const auto& [name, rows] :
       {std::pair("train.tsv", 64), std::pair("dev.tsv", 16), std::pair("test.tsv", 24)}) {
    std::string table;
    for (int i = 0; i < rows; ++i)
      table += sentence(i) + "\t" + (i % 5 == 4 ? "27" : std::to_string(kLabels[i % 4])) + "\tx\n";
    write_text(folder / "goemotions/data/original" / name, table);
  }
}

class TextReportOfSmallSets : public ::testing::Test {
 protected:
  void SetUp() override {
    fresh_emotion_folder(folder_);
    write_emobank(folder_);
    write_tales(folder_);
    write_goemotions(folder_);
    fs::create_directories(folder_ / "lexicons/vader/vaderSentiment");
    write_text(folder_ / "lexicons/vader/vaderSentiment/vader_lexicon.txt",
               "joy\t2.8\nwept\t-2\ncalm\t1.3\nlaughed\t2\ngrave\t-1.6\ndark\t-0.5\nstorm\t-1\n");
    fs::create_directories(folder_ / "demo_stories");
    write_text(folder_ / "demo_stories/long.txt", "The sea was calm. She laughed and he wept.\n");
    write_text(folder_ / "demo_stories/short.txt", "The sea.\n");
  }
  void TearDown() override { fs::remove_all(folder_); }

  TextReport evaluate(const TextReportOptions& options = {.resamples = 50}) const {
    return evaluate_text(EmotionReader(encoder_.path(), 1), folder_, options);
  }
  static const TextFigure& figure(const TextReport& report, std::string_view name) {
    return *std::ranges::find(report.figures, name, &TextFigure::name);
  }
  static const TextDomain& domain(const TextReport& report, std::string_view name) {
    return *std::ranges::find(report.domains, name, &TextDomain::name);
  }

  TinyEncoder encoder_;
  fs::path folder_ = scratch_folder() / "text_report";
};

TEST_F(TextReportOfSmallSets, TakesEveryFigureWithItsInterval) {
  const auto report = evaluate();
  for (const auto& each : report.figures) {
    ASSERT_TRUE(each.found.reader) << each.name;
    EXPECT_GT(each.count, 0u) << each.name;
    EXPECT_LE(each.found.reader->interval.low, each.found.reader->interval.high) << each.name;
    EXPECT_LE(std::abs(each.found.reader->value), 1) << each.name;
    const bool by_reader_alone = each.name.find("macro_f1") != std::string::npos ||
                                 each.name.ends_with("label_quadrant") ||
                                 each.name.ends_with("most_frequent") || each.name.starts_with("plans_") ||
                                 each.name.starts_with("pairs_") || each.name.starts_with("passages_") ||
                                 each.name.starts_with("reports_");
    EXPECT_EQ(each.found.lexicon.has_value(), !by_reader_alone) << each.name;
  }
  EXPECT_EQ(figure(report, "tales_valence_ccc").count, 3u);
  EXPECT_EQ(figure(report, "goemotions_macro_f1").count, 24u);
  EXPECT_EQ(figure(report, "goemotions_quadrant").count, 20u) << "neutral rows do not count";
  EXPECT_EQ(domain(report, "news").count, 12u);
  EXPECT_EQ(domain(report, "fiction").count, 12u);
  EXPECT_EQ(domain(report, "letters").count, 0u);
  EXPECT_EQ(domain(report, "fairy tales").valence_r.reader->value,
            figure(report, "tales_valence_r").found.reader->value);
  ASSERT_EQ(report.planes.size(), 2u);
  EXPECT_EQ(report.planes[0].points.size(), 20u);
  ASSERT_TRUE(report.speed);
  EXPECT_EQ(report.speed->story, "long.txt");
  EXPECT_EQ(report.speed->words, 9u);
}

TEST_F(TextReportOfSmallSets, SaysTheSameAtAnyNumberOfThreads) {
  const TextReportOptions options{.parts = {"emobank", "goemotions", "embedding"}, .resamples = 20};
  const auto one = evaluate_text(EmotionReader(encoder_.path(), 1), folder_, options);
  const auto two = evaluate_text(EmotionReader(encoder_.path(), 2), folder_, options);
  for (std::size_t i = 0; i < one.figures.size(); ++i) {
    const auto &a = one.figures[i].found.reader, &b = two.figures[i].found.reader;
    ASSERT_EQ(a.has_value(), b.has_value());
    if (a) {
      EXPECT_TRUE(a->value == b->value && a->interval == b->interval) << one.figures[i].name;
    }
  }
}

TEST_F(TextReportOfSmallSets, TalesMayBeReadWithoutNeighbours) {
  TextReportOptions options{.parts = {"tales_va"}, .resamples = 0};
  const auto in_context = figure(evaluate(options), "tales_valence_r").found.reader->value;
  options.neighbours = false;
  EXPECT_NE(figure(evaluate(options), "tales_valence_r").found.reader->value, in_context);
}

TEST_F(TextReportOfSmallSets, AnEncoderWithoutHeadsHasItsPooledStatesJudged) {
  auto config = tiny_encoder_config();
  config.projection = 0;
  const auto path = scratch_folder() / "no_heads.safetensors";
  save_encoder(path, config);
  const EmotionReader reader(path, 1);
  const auto report = evaluate_text(reader, folder_, {.parts = {"embedding"}, .resamples = 5});
  EXPECT_TRUE(figure(report, "pooled_probe").found.reader);
  EXPECT_FALSE(figure(report, "projection_probe").found.reader);
  EXPECT_EQ(report.planes.size(), 1u);
  EXPECT_THROW(evaluate_text(reader, folder_, {.parts = {"emobank"}, .resamples = 5}), Error);
}

TEST_F(TextReportOfSmallSets, LeavesOutWhatIsAbsentAndSaysSo) {
  fs::remove_all(folder_ / "tales_va");
  fs::remove_all(folder_ / "lexicons");
  const auto report = evaluate({.parts = {"emobank", "tales_va", "xed"}, .resamples = 10});
  ASSERT_EQ(report.skipped.size(), 3u);
  EXPECT_NE(report.skipped[0].find("lexicon"), std::string::npos);
  EXPECT_NE(report.skipped[1].find("tales_va"), std::string::npos);
  EXPECT_NE(report.skipped[2].find("xed"), std::string::npos);
  EXPECT_TRUE(figure(report, "emobank_valence_r").found.reader);
  EXPECT_FALSE(figure(report, "emobank_valence_r").found.lexicon);
  EXPECT_FALSE(figure(report, "tales_valence_ccc").found.reader);
  EXPECT_FALSE(figure(report, "goemotions_quadrant").found.reader) << "was not asked for";
  EXPECT_THROW(evaluate({.parts = {"xed"}}), Error) << "nothing at all";
}

TEST_F(TextReportOfSmallSets, BrokenSetsAreAnErrorUnlessNotAskedFor) {
  write_text(folder_ / "goemotions/data/original/test.tsv", "joy\tmany\tx\n");
  EXPECT_THROW(evaluate(), Error);
  EXPECT_NO_THROW(evaluate({.parts = {"emobank"}, .resamples = 5}));
}

TEST_F(TextReportOfSmallSets, EveryTakesFewerTexts) {
  const auto report = evaluate({.parts = {"emobank", "tales_va"}, .resamples = 5, .every = 2});
  EXPECT_EQ(figure(report, "emobank_valence_r").count, 12u);
  EXPECT_EQ(figure(report, "tales_valence_ccc").count, 2u);
}

TEST_F(TextReportOfSmallSets, StopsWhenAsked) {
  EXPECT_THROW(evaluate({.resamples = 5,
                         .reading = [](const std::string&) -> Progress {
                           return [](std::uint64_t, std::uint64_t) { return false; };
                         }}),
               Cancelled);
}

}  // namespace
}  // namespace s2m
