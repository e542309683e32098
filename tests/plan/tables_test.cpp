// The tables of docs/reference/planning.md are those in the code.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "story2midi/base/files.h"
#include "story2midi/plan/colours.h"
#include "story2midi/plan/feelings.h"
#include "story2midi/plan/figures.h"
#include "story2midi/plan/gestures.h"
#include "story2midi/plan/motif_tables.h"

namespace s2m {
namespace {

const std::string& page() {
  static const auto text = read_text(S2M_SOURCE_DIR "/docs/reference/planning.md");
  return text;
}

// The row that begins with these cells and holds each of `cells`.
void expect_row(const std::string& beginning, const std::vector<std::string_view>& cells) {
  const auto at = page().find("\n" + beginning);
  ASSERT_NE(at, std::string::npos) << beginning;
  const auto row = page().substr(at + 1, page().find('\n', at + 1) - at);
  for (const auto cell : cells) EXPECT_NE(row.find(cell), std::string::npos) << row << cell;
}

std::string cells(std::initializer_list<std::string_view> names) {
  std::string row = "|";
  for (const auto name : names) row += " " + std::string(name) + " |";
  return row;
}

TEST(Tables, FiguresAreDocumented) {
  for (const auto& figure : figures()) {
    expect_row(cells({figure.name, figure.bass}), {});
    expect_row(cells({figure.name, figure.source}), {});
  }
  for (const auto bass : bass_patterns()) expect_row(cells({bass}), {"`"});
}

TEST(Tables, GesturesAreDocumented) {
  for (const auto& gesture : gestures())
    expect_row(
        cells({gesture.label, fmt::format("{:g}, {:g}", gesture.centre.valence, gesture.centre.arousal),
               gesture.figure, gesture.contrast, fmt::format("{:g}", gesture.articulation), gesture.source}),
        {});
}

TEST(Tables, MotifsAreDocumented) {
  for (const auto& row : motif_rows()) {
    expect_row(
        cells({row_of(row.feeling).name, row.rhythm.name,
               std::string(row.rhythm.first) + " " + std::string(row.rhythm.second), row.contour.name}),
        {});
    expect_row(cells({row.contour.name, row.source}), {});
  }
}

TEST(Tables, FeelingsAndColoursAreDocumented) {
  for (int i = 0; i < kFeelingCount; ++i) {
    const auto& row = row_of(static_cast<Feeling>(i));
    std::string labels;
    for (const auto label : row.labels) labels += (labels.empty() ? "" : ", ") + std::string(label);
    expect_row(cells({row.name, labels}), {});
  }
  for (const auto& rule : colour_rules()) {
    expect_row(cells({rule.name, rule.where}), {});
    expect_row(cells({rule.name, rule.source}), {});
  }
}

}  // namespace
}  // namespace s2m
