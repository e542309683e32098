// The table of cues in docs/reference/planning.md is the one in the code.
#include "story2midi/plan/rules.h"

#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "story2midi/base/files.h"

namespace s2m {
namespace {

std::vector<std::string> cells(const std::string& row) {
  std::vector<std::string> all;
  std::istringstream in(row.substr(1));
  for (std::string cell; std::getline(in, cell, '|');) {
    const auto first = cell.find_first_not_of(' ');
    if (first != std::string::npos) all.push_back(cell.substr(first, cell.find_last_not_of(' ') - first + 1));
  }
  return all;
}

std::map<std::string, std::vector<std::string>> rows_of_planning_page() {
  std::map<std::string, std::vector<std::string>> rows;
  std::istringstream page(read_text(S2M_SOURCE_DIR "/docs/reference/planning.md"));
  for (std::string line; std::getline(page, line);)
    if (line.starts_with("| ")) rows.emplace(cells(line).front(), cells(line));  // the first table of a cue
  return rows;
}

TEST(Rules, TheDocumentedTableIsTheOneInTheCode) {
  const auto rows = rows_of_planning_page();
  for (const auto& rule : kCueRules) {
    const auto row = rows.find(std::string(rule.cue));
    ASSERT_NE(row, rows.end()) << rule.cue;
    ASSERT_EQ(row->second.size(), 8u);
    const auto number = [&](std::size_t column) { return std::stod(row->second[column]); };
    EXPECT_EQ(number(1), rule.neutral) << rule.cue;
    EXPECT_EQ(number(2), rule.per_valence) << rule.cue;
    EXPECT_EQ(number(3), rule.per_arousal) << rule.cue;
    EXPECT_EQ(row->second[4], rule.scale == CueScale::kLinear ? "linear" : "doublings") << rule.cue;
    EXPECT_EQ(number(5), rule.lowest) << rule.cue;
    EXPECT_EQ(number(6), rule.highest) << rule.cue;
  }
}

TEST(Rules, NeutralIsNeutralAndRangesHold) {
  for (const auto& rule : kCueRules) {
    EXPECT_DOUBLE_EQ(cue(rule, {}), rule.neutral);
    for (double valence = -1; valence <= 1; valence += 0.5)
      for (double arousal = -1; arousal <= 1; arousal += 0.5) {
        EXPECT_GE(cue(rule, {valence, arousal}), rule.lowest);
        EXPECT_LE(cue(rule, {valence, arousal}), rule.highest);
      }
  }
}

TEST(Rules, OnlyWhatIsPleasantAndCalmDancesInThree) {
  EXPECT_EQ(metre_of({0.5, -0.5}).numerator, 3);
  for (const ValenceArousal& emotion :
       {ValenceArousal{0.5, 0.5}, ValenceArousal{-0.5, 0.5}, ValenceArousal{-0.5, -0.5}, ValenceArousal{}})
    EXPECT_EQ(metre_of(emotion).numerator, 4);
}

}  // namespace
}  // namespace s2m
