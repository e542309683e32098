// Another reader's emotions beside a story.
#include "story2midi/reading/feel_table.h"

#include <gtest/gtest.h>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "tests/base/scratch_folder.h"

namespace s2m {
namespace {

const std::string kText = "La mer \xc3\xa9tait calme.\nIl pleuvait.\n\nPuis vint la lumi\xc3\xa8re!\n";

StoryReading read(const std::string& rows, const char* name = "feel.tsv") {
  const auto file = scratch_folder() / name;
  write_text(file, rows);
  return read_feel_table(file, story_of(kText));
}

std::string fault_of(const std::string& rows) {
  try {
    read(rows);
  } catch (const Error& error) {
    const std::string what = error.what();
    return what.substr(what.find("feel.tsv"));
  }
  return "none";
}

TEST(FeelTable, RowsByText) {
  const auto reading = read(
      "text\tvalence\tarousal\tlabels\n"
      "La mer \xc3\xa9tait  calme. Il pleuvait.\t-0.5\t-0.4\tsadness 0.7, grief 0.1\n"
      "Puis vint la lumi\xc3\xa8re!\t0.8\t0.5\t\n");
  ASSERT_EQ(reading.curve.points.size(), 2u);
  const auto& [passage, emotion] = reading.curve.points[0];
  EXPECT_EQ(kText.substr(passage.start_byte, passage.end_byte - passage.start_byte),
            "La mer \xc3\xa9tait calme.\nIl pleuvait.");
  EXPECT_EQ(emotion.valence, -0.5);
  EXPECT_EQ(emotion.labels.at(25), 0.7);
  EXPECT_TRUE(reading.curve.points[1].emotion.labels.empty());
  EXPECT_EQ(reading.curve.points[1].passage.starts, PassageStart::kParagraph);
  EXPECT_TRUE(reading.is_outside);
}

TEST(FeelTable, RowsByBytesAndLabelsByName) {
  const auto reading = read(
      "{\"start_byte\":0,\"end_byte\":20,\"valence\":0,\"arousal\":-1,\"labels\":{\"joy\":0.25}}\n"
      "{\"start_byte\":20,\"end_byte\":57,\"valence\":1,\"arousal\":1}\n",
      "feel.jsonl");
  EXPECT_EQ(reading.curve.points.at(0).emotion.labels.at(17), 0.25);
  EXPECT_EQ(reading.curve.points.at(1).passage.end_byte, 57u);
}

TEST(FeelTable, FaultsNameTheLine) {
  const std::string names = "text\tvalence\tarousal\tlabels\n", calm = "La mer\t0\t0\t\n";
  EXPECT_EQ(fault_of(names + calm + "La mer\t0\t0\t\n"),
            "feel.tsv: line 3: text: does not stand in the story behind the row above: expected words of the "
            "story, got 'La "
            "mer'");
  EXPECT_EQ(fault_of(names + "La mer\t2\t0\t\n"),
            "feel.tsv: line 2: valence: is not as it should be: expected a number from -1 to 1, got '2'");
  EXPECT_TRUE(fault_of(names + "La mer\t\t0\t\n").starts_with("feel.tsv: line 2: a cell is empty"));
  EXPECT_TRUE(fault_of(names + "La mer\t0\n").starts_with("feel.tsv: line 2: has another number of cells"));
  EXPECT_TRUE(
      fault_of(names + "La mer\t0\t0\tjoie 1\n").starts_with("feel.tsv: line 2: labels: is not known"));
  EXPECT_TRUE(
      fault_of(names + "La mer\t0\t0\tjoy 7\n").starts_with("feel.tsv: line 2: labels: is no probability"));
  EXPECT_TRUE(fault_of(names + "La mer\t0\t0\tjoy\n")
                  .starts_with("feel.tsv: line 2: labels: is not as it should be"));
  EXPECT_TRUE(fault_of("start_byte\tend_byte\tvalence\tarousal\n5\t5\t0\t0\n")
                  .starts_with("feel.tsv: line 2: end_byte"));
  EXPECT_TRUE(fault_of("start_byte\tend_byte\tvalence\tarousal\n5\t9999\t0\t0\n")
                  .starts_with("feel.tsv: line 2: end_byte"));
  EXPECT_TRUE(fault_of("start_byte\tend_byte\tvalence\tarousal\n5\t9\t0\t0\n4\t12\t0\t0\n")
                  .starts_with("feel.tsv: line 3: start"));
  EXPECT_TRUE(
      fault_of("start_byte\tend_byte\tvalence\tarousal\n8\t9\t0\t0\n").starts_with("feel.tsv: line 2: byte"));
  EXPECT_TRUE(fault_of(names).starts_with("feel.tsv: has no row"));
}

}  // namespace
}  // namespace s2m
