#include "lab/corpora/intended_music.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "lab/corpora/known_beats.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/json_members.h"
#include "story2midi/music/key.h"
#include "story2midi/stories/tables.h"

namespace s2m {
namespace fs = std::filesystem;
namespace {

constexpr const char* kDefaultTable = "intended.jsonl";

Quadrant parse_quadrant(std::string_view text) {
  if (const auto quadrant = quadrant_of_name(text)) return *quadrant;
  throw Error("quadrant", "is no quadrant", "Q1 to Q4", "'" + std::string(text.substr(0, 40)) + "'");
}

std::uint64_t parse_seed(std::string_view text) {
  std::uint64_t seed = 0;
  const auto [after, fault] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (fault != std::errc() || after != text.data() + text.size())
    throw Error("seed", "is no seed", "a whole number, not negative",
                "'" + std::string(text.substr(0, 40)) + "'");
  return seed;
}

// What `parse` reads in the cell; its Error names the place.
template <class Value>
std::optional<Value> parsed(const TableRow& row, const std::string& column,
                            Value (*parse)(std::string_view)) {
  const std::string* text = row.find(column);
  if (!text) return std::nullopt;
  try {
    return parse(*text);
  } catch (const Error& error) {
    throw Error(row.where + ": " + column, error.fault, error.expected, error.actual);
  }
}

// All that the row states but the file.
IntendedMusic intended_of_row(const TableRow& row) {
  IntendedMusic piece;
  piece.valence = row.number("valence", -1, 1);
  piece.arousal = row.number("arousal", -1, 1);
  piece.tempo_bpm = row.number("tempo", 1, 1000);
  piece.seconds = row.number("seconds", 0, 1e6);
  if (const auto bars = row.number("bars", 1, 1e6)) piece.bars = static_cast<int>(*bars);
  piece.seed = parsed(row, "seed", parse_seed);
  piece.quadrant = parsed(row, "quadrant", parse_quadrant);
  if (!piece.quadrant && piece.valence && piece.arousal)
    piece.quadrant = quadrant_of({*piece.valence, *piece.arousal});
  piece.key = parsed(row, "key", parse_key);
  piece.metre = parsed(row, "meter", parse_metre);
  if (const auto* text = row.find("text")) piece.text = *text;
  return piece;
}

fs::path file_of_row(const TableRow& row, const fs::path& folder) {
  const auto* file = row.find("file");
  if (!file) throw Error(row.where, "names no piece", "a column or member 'file'");
  if (!fs::is_regular_file(folder / *file))
    throw Error(row.where, "no such file", {}, (folder / *file).string());
  return folder / *file;
}

}  // namespace

std::vector<IntendedMusic> read_intended(const fs::path& table, const fs::path& folder) {
  std::vector<IntendedMusic> pieces;
  std::set<fs::path> seen;
  for (const TableRow& row : read_table(table, "file")) {
    pieces.push_back(intended_of_row(row));
    pieces.back().file = file_of_row(row, folder);
    if (!seen.insert(pieces.back().file.lexically_normal()).second)
      throw Error(row.where, "names a piece again", {}, pieces.back().file.string());
  }
  if (pieces.empty()) throw Error(table.string(), "names no piece");
  return pieces;
}

std::vector<IntendedMusic> read_wanted(const fs::path& table) {
  std::vector<IntendedMusic> pieces;
  for (const TableRow& row : read_table(table, "text")) pieces.push_back(intended_of_row(row));
  if (pieces.empty()) throw Error(table.string(), "names no piece");
  return pieces;
}

std::optional<Quadrant> quadrant_of_file_name(std::string_view name) {
  if (name.size() < 4 || name[0] != 'Q' || name[2] != '_') return std::nullopt;
  return quadrant_of_digit(name[1]);
}

std::vector<IntendedMusic> intended_by_names(const fs::path& folder) {
  std::vector<IntendedMusic> pieces;
  for (const fs::path& file : midi_files(folder)) {
    IntendedMusic& piece = pieces.emplace_back();
    piece.file = file;
    piece.quadrant = quadrant_of_file_name(file.filename().string());
  }
  if (pieces.empty()) throw Error(folder.string(), "holds no MIDI file");
  return pieces;
}

std::vector<IntendedMusic> intended_of(const fs::path& folder, const fs::path& table) {
  if (!table.empty()) return read_intended(table, folder);
  if (fs::exists(folder / kDefaultTable)) return read_intended(folder / kDefaultTable, folder);
  std::vector<fs::path> tables;
  for (const auto& entry : fs::directory_iterator(folder))
    if (fs::exists(entry.path() / kDefaultTable)) tables.push_back(entry.path() / kDefaultTable);
  std::ranges::sort(tables);
  std::vector<IntendedMusic> pieces;
  for (const fs::path& each : tables) {
    auto more = read_intended(each, each.parent_path());
    pieces.insert(pieces.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  return pieces.empty() ? intended_by_names(folder) : pieces;
}

IntendedMusic intended_by(const PieceRequest& request, const ComposedPiece& piece) {
  const PlanOptions& asked = request.asked;
  IntendedMusic row;
  row.key = asked.key;
  row.tempo_bpm = asked.tempo_bpm;
  row.metre = asked.metre;
  row.bars = asked.bars;
  row.seconds = asked.duration_seconds;
  row.text = request.text;
  row.seed = piece.seed;
  if (piece.emotion) {
    row.valence = asked.valence.value_or(piece.emotion->valence);
    row.arousal = asked.arousal.value_or(piece.emotion->arousal);
    row.quadrant = quadrant_of({*row.valence, *row.arousal});
  }
  if (piece.planning == Planning::kTextOnly) return row;
  row.key = piece.plan.key;
  row.bars = bar_count(piece.plan);
  const BarPlan& first = piece.plan.sections.front().bars.front();
  row.metre = first.metre;
  if (asked.tempo_bpm || piece.plan.sections.size() == 1) row.tempo_bpm = mean_tempo(piece.plan);
  return row;
}

std::string to_jsonl(const IntendedMusic& intended) {
  nlohmann::ordered_json row{{"file", intended.file.generic_string()}};
  if (intended.quadrant) row["quadrant"] = name_of(*intended.quadrant);
  if (intended.valence) row["valence"] = *intended.valence;
  if (intended.arousal) row["arousal"] = *intended.arousal;
  if (intended.key) row["key"] = name_of(*intended.key);
  if (intended.tempo_bpm) row["tempo"] = *intended.tempo_bpm;
  if (intended.metre) row["meter"] = name_of(*intended.metre);
  if (intended.bars) row["bars"] = *intended.bars;
  if (intended.seconds) row["seconds"] = *intended.seconds;
  if (intended.seed) row["seed"] = *intended.seed;
  if (!intended.text.empty()) row["text"] = intended.text;
  return write_json(row);
}

}  // namespace s2m
