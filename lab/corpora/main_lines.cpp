#include "lab/corpora/main_lines.h"

#include <algorithm>

#include "lab/corpora/tables.h"
#include "story2midi/base/limits.h"

namespace s2m {

std::vector<MainLine> main_line_annotations(const std::filesystem::path& csv) {
  constexpr double kMostParts = 1000;
  std::vector<MainLine> lines;
  for (const TableRow& row : read_table(csv, "qstamp")) {
    const auto start = row.number("qstamp", 0, limits::kMostQuarters);
    const auto part = row.number("part_num", 0, kMostParts);  // counts from 0
    if (!start || !part) continue;
    const std::string* theme = row.find("label");
    lines.push_back({*start, theme ? *theme : "", row.text("part"), static_cast<int>(*part) + 1});
  }
  std::ranges::stable_sort(lines, {}, &MainLine::start_quarters);
  return lines;
}

}  // namespace s2m
