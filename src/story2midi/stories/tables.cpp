#include "story2midi/stories/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/json_members.h"
#include "story2midi/stories/encodings.h"

namespace s2m {
namespace {

constexpr std::uint64_t kLargestTable = 256u << 20;

struct Line {
  std::string where, text;
};

// A quoted cell may hold line ends: then a line is a record of several.
enum class Quotes { kLiteral, kHoldLineEnds };

std::vector<Line> lines_of(const std::filesystem::path& table, Quotes quotes) {
  std::string all = decode_text(read_text(table, kLargestTable), table.string()).text.text();
  if (all.starts_with("\xef\xbb\xbf")) all.erase(0, 3);
  if (all.find('\n') == all.npos) std::ranges::replace(all, '\r', '\n');
  std::istringstream stream(all);
  std::vector<Line> lines;
  int number = 0;
  bool is_open = false;  // a quote
  for (std::string line; std::getline(stream, line);) {
    ++number;
    if (line.ends_with('\r')) line.pop_back();
    if (is_open)
      lines.back().text += '\n' + line;
    else if (!line.empty())
      lines.push_back({fmt::format("{}: line {}", table.string(), number), line});
    if (quotes == Quotes::kHoldLineEnds && std::ranges::count(line, '"') % 2 != 0) is_open = !is_open;
  }
  if (is_open)
    throw Error(lines.back().where, "a quoted cell does not end", "a closing \"", "the table's end");
  return lines;
}

std::string column_name(std::string_view cell) {
  const auto first = cell.find_first_not_of(" \t");
  std::string name(first == cell.npos ? "" : cell.substr(first, cell.find_last_not_of(" \t") + 1 - first));
  std::ranges::transform(name, name.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name;
}

std::vector<std::string> column_names(const std::string& header, char delimiter) {
  auto names = table_cells(header, delimiter);
  std::ranges::transform(names, names.begin(), column_name);
  return names;
}

// What parts the cells of a table: the usual sign of its ending, or another one that gives the needed column.
char delimiter_of(const std::string& header, const std::string& needed, char usual) {
  for (const char delimiter : {usual, ',', ';', '\t'}) {
    const auto names = column_names(header, delimiter);
    if (std::ranges::find(names, needed) != names.end()) return delimiter;
  }
  return usual;
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

const std::string& TableRow::text(const std::string& column) const {
  const std::string* const cell = find(column);
  if (cell == nullptr) throw Error(where, "a cell is empty", column);
  return *cell;
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
  const auto lines = lines_of(table, extension == ".csv" ? Quotes::kHoldLineEnds : Quotes::kLiteral);
  std::vector<TableRow> rows;
  if (extension == ".jsonl") {
    for (const Line& line : lines) rows.push_back(row_of_json(line));
    return rows;
  }
  if (lines.empty()) return rows;
  const char delimiter = delimiter_of(lines.front().text, needed, extension == ".tsv" ? '\t' : ',');
  const auto names = column_names(lines.front().text, delimiter);
  if (std::ranges::find(names, needed) == names.end())
    throw Error(lines.front().where, "has no such column",
                needed + " (columns parted by a comma, a semicolon or a tab)",
                lines.front().text.substr(0, 60));
  for (std::size_t i = 1; i < lines.size(); ++i) rows.push_back(row_of_cells(lines[i], names, delimiter));
  return rows;
}

std::vector<std::string> table_cells(const std::string& line, char delimiter) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if ((delimiter == ',' || delimiter == ';') && c == '"') {
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
