#include "lab/corpora/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/json_members.h"

namespace s2m {
namespace {

constexpr std::uint64_t kLargestTable = 256u << 20;

struct Line {
  std::string where, text;
};

std::vector<Line> lines_of(const std::filesystem::path& table) {
  std::string all = read_text(table, kLargestTable);
  if (all.starts_with("\xef\xbb\xbf")) all.erase(0, 3);
  std::istringstream stream(all);
  std::vector<Line> lines;
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) lines.push_back({fmt::format("{}: line {}", table.string(), number), line});
  }
  return lines;
}

TableRow row_of_json(const Line& line) {
  const auto object = parse_json(line.text, line.where);
  if (!object.is_object()) throw Error(line.where, "is not as it should be", "an object", object.type_name());
  TableRow row{line.where, {}};
  for (const auto& [name, value] : object.items())
    if (!value.is_null()) row.cells[name] = value.is_string() ? value.get<std::string>() : write_json(value);
  return row;
}

TableRow row_of_cells(const Line& line, const std::vector<std::string>& names, char delimiter) {
  const auto cells = table_cells(line.text, delimiter);
  if (cells.size() != names.size())
    throw Error(line.where, "has another number of cells", std::to_string(names.size()),
                std::to_string(cells.size()));
  TableRow row{line.where, {}};
  for (std::size_t column = 0; column < names.size(); ++column) row.cells[names[column]] = cells[column];
  return row;
}

}  // namespace

const std::string* TableRow::find(const std::string& column) const {
  const auto found = cells.find(column);
  return found == cells.end() || found->second.empty() ? nullptr : &found->second;
}

std::optional<double> TableRow::number(const std::string& column, double low, double high) const {
  const std::string* text = find(column);
  if (!text) return std::nullopt;
  double value = 0;
  const char* const end = text->data() + text->size();
  const auto [after, fault] = std::from_chars(text->data(), end, value);
  if (fault != std::errc() || after != end || !(value >= low && value <= high))
    throw Error(where + ": " + column, "is not as it should be",
                fmt::format("a number from {} to {}", low, high), "'" + text->substr(0, 40) + "'");
  return value;
}

std::vector<TableRow> read_table(const std::filesystem::path& table, const std::string& needed) {
  const auto extension = table.extension();
  if (extension != ".tsv" && extension != ".csv" && extension != ".jsonl")
    throw Error(table.string(), "is no table that can be read", ".tsv, .csv or .jsonl",
                "'" + extension.string() + "'");
  const auto lines = lines_of(table);
  std::vector<TableRow> rows;
  if (extension == ".jsonl") {
    for (const Line& line : lines) rows.push_back(row_of_json(line));
    return rows;
  }
  if (lines.empty()) return rows;
  const char delimiter = extension == ".tsv" ? '\t' : ',';
  const auto names = table_cells(lines.front().text, delimiter);
  if (std::ranges::find(names, needed) == names.end())
    throw Error(lines.front().where, "has no such column", needed, lines.front().text.substr(0, 60));
  for (std::size_t i = 1; i < lines.size(); ++i) rows.push_back(row_of_cells(lines[i], names, delimiter));
  return rows;
}

std::vector<std::string> table_cells(const std::string& line, char delimiter) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (delimiter == ',' && c == '"') {
      const bool doubled = quoted && i + 1 < line.size() && line[i + 1] == '"';
      if (doubled) cells.back() += line[++i];
      if (!doubled) quoted = !quoted;
    } else if (c == delimiter && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

}  // namespace s2m
