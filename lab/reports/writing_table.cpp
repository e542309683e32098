#include "lab/reports/writing_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "lab/analysis/piece_similarity.h"
#include "story2midi/base/json_members.h"

namespace s2m {
namespace {

constexpr double kExtreme = 0.75;  // of valence

using Pairs = std::vector<std::pair<const PieceView*, const PieceView*>>;
using Likeness = std::optional<double> (*)(const PieceView&, const PieceView&);

// A row: a figure of some of the pieces, or the likeness of pairs of them.
struct RowRule {
  WritingRow row;
  Aggregate over_pieces;
  std::size_t figure = 0;  // of writing_figures()
  bool (*counts)(const IntendedMusic&) = nullptr;
  Pairs (*pairs)(std::span<const WritingPiece>) = nullptr;
  Likeness likeness = nullptr;
};

std::size_t figure_index(std::string_view name) {
  const auto all = writing_figures();
  return static_cast<std::size_t>(std::ranges::find(all, name, &WritingFigure::name) - all.begin());
}

bool is_extreme(const IntendedMusic& asked) { return asked.valence && std::abs(*asked.valence) > kExtreme; }
bool is_excited_piece(const IntendedMusic& asked) { return asked.quadrant && is_excited(*asked.quadrant); }

// Pieces of one story at different seeds; of real music two places of one piece.
Pairs same_story(std::span<const WritingPiece> pieces) {
  Pairs pairs;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (pieces[i].other_place) pairs.emplace_back(&pieces[i].window, &*pieces[i].other_place);
    for (std::size_t j = i + 1; j < pieces.size(); ++j)
      if (!pieces[i].intended.text.empty() && pieces[i].intended.text == pieces[j].intended.text)
        pairs.emplace_back(&pieces[i].window, &pieces[j].window);
  }
  return pairs;
}

// Pieces of different stories of one quadrant; of real music each piece and the next song.
Pairs other_story(std::span<const WritingPiece> pieces) {
  Pairs pairs;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const IntendedMusic& asked = pieces[i].intended;
    const std::string& song = pieces[i].song;
    if (!song.empty() && i + 1 < pieces.size() && pieces[i + 1].song != song)
      pairs.emplace_back(&pieces[i].window, &pieces[i + 1].window);
    if (asked.text.empty() || !asked.quadrant) continue;
    for (std::size_t j = i + 1; j < pieces.size(); ++j)
      if (const auto& other = pieces[j].intended;
          other.quadrant == asked.quadrant && other.text != asked.text)
        pairs.emplace_back(&pieces[i].window, &pieces[j].window);
  }
  return pairs;
}

const std::vector<RowRule>& rules() {
  static const auto all = [] {
    std::vector<RowRule> made;
    for (const WritingFigure& figure : writing_figures())
      made.push_back({{figure.name, figure.words, figure.group}, figure.over_pieces, made.size()});
    using enum WritingGroup;
    made.push_back({{"tonic_extreme", "tonic triad, pieces beyond valence .75", kHarmony},
                    Aggregate::kMedian,
                    figure_index("tonic"),
                    is_extreme});
    made.push_back({{"beyond_two_hands_excited", "beyond two hands, mean of excited pieces", kTexture},
                    Aggregate::kMean,
                    figure_index("beyond_two_hands"),
                    is_excited_piece});
    const auto add_pairs = [&](WritingRow row, Pairs (*pairs)(std::span<const WritingPiece>),
                               Likeness likeness) {
      made.push_back({row, Aggregate::kMean, 0, nullptr, pairs, likeness});
    };
    add_pairs({"same_story_changes", "same story, other seed: chord bigrams", kLikeness}, same_story,
              chord_change_likeness);
    add_pairs({"other_story_changes", "... another story of the quadrant", kLikeness}, other_story,
              chord_change_likeness);
    add_pairs({"same_story_onsets", "same story, other seed: onset grid", kLikeness}, same_story,
              onset_grid_likeness);
    add_pairs({"other_story_onsets", "... another story of the quadrant", kLikeness}, other_story,
              onset_grid_likeness);
    std::ranges::stable_sort(made, {}, [](const RowRule& rule) { return rule.row.group; });
    return made;
  }();
  return all;
}

WritingCell cell_of(const RowRule& rule, std::span<const WritingPiece> pieces) {
  std::vector<double> values;
  if (rule.pairs)
    for (const auto& [a, b] : rule.pairs(pieces)) {
      if (const auto value = rule.likeness(*a, *b)) values.push_back(*value);
    }
  else
    for (const WritingPiece& piece : pieces)
      if (const auto value = piece.figures[rule.figure];
          value && (!rule.counts || rule.counts(piece.intended)))
        values.push_back(*value);
  const int count = static_cast<int>(values.size());
  if (values.empty()) return {};
  return {aggregate(rule.over_pieces, std::move(values)), count};
}

// The last folder of a path, at most 19 bytes of it.
std::string last_name(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  if (const auto slash = path.rfind('/'); slash != path.npos) path.remove_prefix(slash + 1);
  return std::string(path.substr(0, 19));
}

std::string cell_text(const WritingCell& cell) {
  return cell.value ? fmt::format("{:>20.3f}", *cell.value) : fmt::format("{:>20}", "-");
}

}  // namespace

std::span<const WritingRow> writing_rows() {
  static const auto rows = [] {
    std::vector<WritingRow> made;
    for (const RowRule& rule : rules()) made.push_back(rule.row);
    return made;
  }();
  return rows;
}

WritingColumn column_of(std::string title, std::span<const WritingPiece> pieces) {
  WritingColumn column{std::move(title), static_cast<int>(pieces.size()), {}};
  for (const RowRule& rule : rules()) column.cells.push_back(cell_of(rule, pieces));
  return column;
}

std::string to_text(const WritingTable& table) {
  std::string text = fmt::format("{:<54}", fmt::format("writing, {} bars", table.window_bars));
  for (const WritingColumn& column : table.columns) text += fmt::format(" {:>19}", last_name(column.title));
  text += fmt::format("\n  {:<52}", "pieces");
  for (const WritingColumn& column : table.columns) text += fmt::format("{:>20}", column.pieces);
  text += '\n';
  const auto rows = writing_rows();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i == 0 || rows[i].group != rows[i - 1].group) text += fmt::format("{}\n", to_string(rows[i].group));
    text += fmt::format("  {:<52}", rows[i].words);
    for (const WritingColumn& column : table.columns) text += cell_text(column.cells[i]);
    text += '\n';
  }
  return text;
}

std::string to_json(const WritingTable& table) {
  using Json = nlohmann::ordered_json;
  Json all{{"window_bars", table.window_bars}, {"columns", Json::array()}, {"figures", Json::array()}};
  for (const WritingColumn& column : table.columns)
    all["columns"].push_back({{"title", column.title}, {"pieces", column.pieces}});
  const auto rows = writing_rows();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Json row{{"name", rows[i].name},
             {"words", rows[i].words},
             {"group", to_string(rows[i].group)},
             {"values", Json::array()},
             {"counts", Json::array()}};
    for (const WritingColumn& column : table.columns) {
      const WritingCell& cell = column.cells[i];
      row["values"].push_back(cell.value ? Json(*cell.value) : Json());
      row["counts"].push_back(cell.count);
    }
    all["figures"].push_back(std::move(row));
  }
  return write_json(all);
}

}  // namespace s2m
