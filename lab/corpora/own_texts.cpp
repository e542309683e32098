#include "lab/corpora/own_texts.h"

#include "story2midi/base/error.h"
#include "story2midi/stories/tables.h"

namespace s2m {
namespace {

Quadrant quadrant_named(const std::string& name, const std::string& where) {
  if (const auto quadrant = quadrant_of_name(name)) return *quadrant;
  throw Error(where, "not a quadrant", "Q1, Q2, Q3 or Q4", "'" + name + "'");
}

}  // namespace

std::vector<StyledPassage> read_styled_passages(const std::filesystem::path& path) {
  std::vector<StyledPassage> passages;
  for (const TableRow& row : read_table(path, "text"))
    passages.push_back(
        {row.text("style"), row.text("text"), quadrant_named(row.text("quadrant"), row.where)});
  return passages;
}

std::vector<ShortReport> read_short_reports(const std::filesystem::path& path) {
  std::vector<ShortReport> reports;
  for (const TableRow& row : read_table(path, "text")) {
    const std::string& valence = row.text("valence");
    if (valence != "pleasant" && valence != "unpleasant")
      throw Error(row.where, "not a side of valence", "pleasant or unpleasant", "'" + valence + "'");
    reports.push_back({row.text("text"), valence == "pleasant"});
  }
  return reports;
}

}  // namespace s2m
