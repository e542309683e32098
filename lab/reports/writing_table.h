// The table of writing figures: composed pieces beside real corpora, a column each.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lab/analysis/harmony_figures.h"
#include "lab/analysis/writing_figures.h"
#include "lab/corpora/intended_music.h"
#include "lab/reports/corpus_sample.h"

namespace s2m {

// A piece and what its writing shows.
struct WritingPiece {
  IntendedMusic intended = {};                      // of composed pieces
  std::string song = {};                            // of real ones
  bool tracked = false;                             // its beats were neither annotated nor its own
  PieceView window = {};                            // the bars that are measured
  std::optional<PieceView> other_place = {};        // of a real piece: bars elsewhere in it
  std::vector<std::optional<double>> figures = {};  // of writing_figures()
};

// A line of the table: its name and words, and the value of some pieces.
struct WritingRow {
  std::string_view name, words;
  WritingGroup group;
};
std::span<const WritingRow> writing_rows();

struct WritingCell {
  std::optional<double> value = {};
  int count = 0;  // pieces, or pairs of them
};

struct WritingColumn {
  std::string title = {};
  int pieces = 0;
  std::vector<WritingCell> cells = {};  // of writing_rows()
};
WritingColumn column_of(std::string title, std::span<const WritingPiece> pieces);

struct WritingTable {
  int window_bars = 0;
  std::vector<WritingColumn> columns = {};
};
std::string to_text(const WritingTable& table);
std::string to_json(const WritingTable& table);

struct WritingEvaluation {
  std::vector<std::filesystem::path> folders = {};  // of composed pieces
  std::filesystem::path intended = {};              // the requests; empty: intended_of() finds them
  std::vector<std::filesystem::path> real = {};     // corpora
  std::optional<BarRange> bars = {};  // of composed pieces, instead of their first `window_bars`
  int window_bars = 16;
  std::size_t sample = 300;  // real pieces of each corpus, drawn by `seed`
  std::uint64_t seed = 1;
  ManyFiles many_files = {};
};

// Composed pieces give their first bars, real ones bars from a random place; shorter real pieces are left out. Beats
// are the annotated ones or the file's own grid. Where neither fits, they are tracked, and rhythm and melody are not
// measured: of that piece, or of the whole corpus where this holds for more than half. Throws Error naming the file.
WritingTable measure_writing(const WritingEvaluation& options);

// Changes of chord in a sample of the corpus, whole pieces.
ChordChanges chord_changes_of(const std::filesystem::path& corpus, const WritingEvaluation& options);

}  // namespace s2m
