// Tables: .tsv or .csv with a header line, or .jsonl with one object on each line.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace s2m {

struct TableRow {
  std::string where;                         // "pieces.tsv: line 3", for errors
  std::map<std::string, std::string> cells;  // by column; of JSON, a member's text

  // Nothing where the cell is absent or empty.
  const std::string* find(const std::string& column) const;
  // Throws Error where the cell is absent or empty.
  const std::string& text(const std::string& column) const;
  // Nothing as find; throws Error for what is no number from `low` to `high`.
  std::optional<double> number(const std::string& column, double low, double high) const;
};

// Rows in their order; empty lines, a byte order mark and carriage returns do not count. A .tsv or .csv begins with a
// line of names in any case, of which `needed` must be one. Cells are separated by a comma (RFC 4180: a quoted cell may
// hold line ends), a semicolon or a tab: the one that gives the needed name. Throws Error naming the line.
std::vector<TableRow> read_table(const std::filesystem::path& table, const std::string& needed);

// The cells of a record, separated by `delimiter`; where that is a comma or a semicolon, with quotes as in RFC 4180.
std::vector<std::string> table_cells(const std::string& line, char delimiter);

}  // namespace s2m
