#include "evaluate/intended_music.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "base/error.h"
#include "base/files.h"
#include "base/json_members.h"
#include "emotion/emotion.h"
#include "evaluate/known_beats.h"
#include "music/key.h"

namespace s2m {
namespace fs = std::filesystem;
namespace {

constexpr const char* kDefaultTable = "intended.jsonl";
constexpr std::uint64_t kLargestTable = 256u << 20;

using Row = std::map<std::string, std::string>;  // by column; a cell's text

double read_number(const std::string& text, const std::string& where, double low, double high) {
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size() || !(value >= low && value <= high))
    throw Error(where, "is not as it should be", fmt::format("a number from {} to {}", low, high),
                "'" + text.substr(0, 40) + "'");
  return value;
}

TimeSignature read_metre(const std::string& text, const std::string& where) {
  const auto slash = std::min(text.find('/'), text.size());
  const std::string below = slash < text.size() ? text.substr(slash + 1) : "";
  const double numerator = read_number(text.substr(0, slash), where, 1, 255);
  const double denominator = read_number(below, where, 1, 128);
  return {0, static_cast<int>(numerator), static_cast<int>(denominator)};
}

int read_quadrant(const std::string& text, const std::string& where) {
  const bool named = text.size() == 2 && (text[0] == 'Q' || text[0] == 'q');
  const char digit = text.size() == 1 ? text[0] : named ? text[1] : '0';
  if (digit < '1' || digit > '4')
    throw Error(where, "is no quadrant", "Q1 to Q4", "'" + text.substr(0, 40) + "'");
  return digit - '0';
}

Key read_key(const std::string& text, const std::string& where) {
  try {
    return parse_key(text);
  } catch (const Error& error) {
    throw Error(where, error.fault, error.expected, error.actual);
  }
}

// Fills in what the row states. `line` names the place for errors.
IntendedMusic intended_of_row(const Row& row, const fs::path& folder, const std::string& line) {
  const auto cell = [&](const char* name) {
    const auto found = row.find(name);
    return found == row.end() || found->second.empty() ? nullptr : &found->second;
  };
  const auto number = [&](const char* name, double low, double high) -> std::optional<double> {
    const auto* text = cell(name);
    return text ? std::optional(read_number(*text, line + ": " + name, low, high)) : std::nullopt;
  };
  IntendedMusic piece;
  const auto* file = cell("file");
  if (!file) throw Error(line, "names no piece", "a column or member 'file'");
  piece.file = folder / *file;
  if (!fs::is_regular_file(piece.file)) throw Error(line, "no such file", {}, piece.file.string());
  piece.valence = number("valence", -1, 1);
  piece.arousal = number("arousal", -1, 1);
  piece.tempo_bpm = number("tempo", 1, 1000);
  piece.seconds = number("seconds", 0, 1e6);
  if (const auto bars = number("bars", 1, 1e6)) piece.bars = static_cast<int>(*bars);
  if (const auto* quadrant = cell("quadrant"))
    piece.quadrant = read_quadrant(*quadrant, line + ": quadrant");
  else if (piece.valence && piece.arousal)
    piece.quadrant = quadrant_of({*piece.valence, *piece.arousal, {}});
  if (const auto* key = cell("key")) piece.key = read_key(*key, line + ": key");
  if (const auto* metre = cell("meter")) piece.metre = read_metre(*metre, line + ": meter");
  if (const auto* text = cell("text")) piece.text = *text;
  return piece;
}

// The cells of a line: parted by tabs, or by commas with quotes as in RFC 4180 (a cell holds no line's end).
std::vector<std::string> cells_of(const std::string& line, char separator) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (separator == ',' && c == '"') {
      const bool doubled = quoted && i + 1 < line.size() && line[i + 1] == '"';
      if (doubled)
        cells.back() += line[++i];
      else
        quoted = !quoted;
    } else if (c == separator && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

Row row_of_json(const std::string& line, const std::string& where) {
  const auto object = parse_json(line, where);
  if (!object.is_object()) throw Error(where, "is not as it should be", "an object", object.type_name());
  Row row;
  for (const auto& [name, value] : object.items())
    if (!value.is_null()) row[name] = value.is_string() ? value.get<std::string>() : write_json(value);
  return row;
}

// Lines of the table with their numbers, without empty ones, byte order mark and carriage returns.
std::vector<std::pair<std::string, std::string>> numbered_lines(const fs::path& table) {
  std::string all = read_text(table, kLargestTable);
  if (all.starts_with("\xef\xbb\xbf")) all.erase(0, 3);
  std::istringstream stream(all);
  std::vector<std::pair<std::string, std::string>> lines;
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) lines.emplace_back(fmt::format("{}: line {}", table.string(), number), line);
  }
  return lines;
}

std::vector<std::pair<std::string, Row>> rows_of_cells(const fs::path& table, char separator) {
  const auto lines = numbered_lines(table);
  std::vector<std::pair<std::string, Row>> rows;
  if (lines.empty()) return rows;
  const auto names = cells_of(lines.front().second, separator);
  if (std::ranges::find(names, "file") == names.end())
    throw Error(lines.front().first, "has no such column", "file", lines.front().second.substr(0, 60));
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto cells = cells_of(lines[i].second, separator);
    if (cells.size() != names.size())
      throw Error(lines[i].first, "has another number of cells", std::to_string(names.size()),
                  std::to_string(cells.size()));
    Row row;
    for (std::size_t column = 0; column < names.size(); ++column) row[names[column]] = cells[column];
    rows.emplace_back(lines[i].first, std::move(row));
  }
  return rows;
}

std::vector<std::pair<std::string, Row>> rows_of(const fs::path& table) {
  const auto extension = table.extension();
  if (extension == ".tsv") return rows_of_cells(table, '\t');
  if (extension == ".csv") return rows_of_cells(table, ',');
  if (extension != ".jsonl")
    throw Error(table.string(), "is no table that can be read", ".tsv, .csv or .jsonl",
                "'" + extension.string() + "'");
  std::vector<std::pair<std::string, Row>> rows;
  for (const auto& [where, line] : numbered_lines(table)) rows.emplace_back(where, row_of_json(line, where));
  return rows;
}

}  // namespace

std::vector<IntendedMusic> read_intended(const fs::path& table, const fs::path& folder) {
  std::vector<IntendedMusic> pieces;
  std::set<fs::path> seen;
  for (const auto& [where, row] : rows_of(table)) {
    pieces.push_back(intended_of_row(row, folder, where));
    if (!seen.insert(pieces.back().file.lexically_normal()).second)
      throw Error(where, "names a piece again", {}, pieces.back().file.string());
  }
  if (pieces.empty()) throw Error(table.string(), "names no piece");
  return pieces;
}

std::optional<int> quadrant_of_name(std::string_view name) {
  if (name.size() < 4 || name[0] != 'Q' || name[1] < '1' || name[1] > '4' || name[2] != '_') return {};
  return name[1] - '0';
}

std::vector<IntendedMusic> intended_by_names(const fs::path& folder) {
  std::vector<IntendedMusic> pieces;
  for (const fs::path& file : midi_files(folder)) {
    IntendedMusic& piece = pieces.emplace_back();
    piece.file = file;
    piece.quadrant = quadrant_of_name(file.filename().string());
  }
  if (pieces.empty()) throw Error(folder.string(), "holds no MIDI file");
  return pieces;
}

std::vector<IntendedMusic> intended_of(const fs::path& folder, const fs::path& table) {
  if (!table.empty()) return read_intended(table, folder);
  const fs::path beside = folder / kDefaultTable;
  return fs::exists(beside) ? read_intended(beside, folder) : intended_by_names(folder);
}

std::string to_jsonl(const IntendedMusic& intended) {
  nlohmann::ordered_json row{{"file", intended.file.generic_string()}};
  if (intended.quadrant) row["quadrant"] = fmt::format("Q{}", *intended.quadrant);
  if (intended.valence) row["valence"] = *intended.valence;
  if (intended.arousal) row["arousal"] = *intended.arousal;
  if (intended.key) row["key"] = name_of(*intended.key);
  if (intended.tempo_bpm) row["tempo"] = *intended.tempo_bpm;
  if (intended.metre)
    row["meter"] = fmt::format("{}/{}", intended.metre->numerator, intended.metre->denominator);
  if (intended.bars) row["bars"] = *intended.bars;
  if (intended.seconds) row["seconds"] = *intended.seconds;
  if (intended.seed) row["seed"] = *intended.seed;
  if (!intended.text.empty()) row["text"] = intended.text;
  return write_json(row);
}

}  // namespace s2m
