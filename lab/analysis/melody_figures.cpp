#include "lab/analysis/melody_figures.h"

#include <algorithm>
#include <cstdlib>

namespace s2m {
namespace {

constexpr std::size_t kFewestNotes = 3;
constexpr int kBarsAround = 8;  // of which its own is one

struct Cell {
  int bar = 0;
  int steps = 0;               // of its half bar
  std::vector<int> places;     // sixteenths from the half bar's start
  std::vector<int> intervals;  // semitones
};

std::vector<Cell> cells_of(const PieceView& piece, std::span<const ViewNote> line) {
  std::vector<Cell> cells;
  for (const HalfBar& half : piece.half_bars) {
    const auto notes = notes_in(line, half.start, half.steps);
    if (notes.size() < kFewestNotes) continue;
    Cell cell{half.bar, half.steps, {}, {}};
    for (std::size_t i = 0; i < notes.size(); ++i) {
      cell.places.push_back(notes[i].sixteenth - half.start);
      if (i > 0) cell.intervals.push_back(notes[i].pitch - notes[i - 1].pitch);
    }
    cells.push_back(std::move(cell));
  }
  return cells;
}

int sign(int value) { return (value > 0) - (value < 0); }

bool same_contour(const Cell& a, const Cell& b) {
  return std::ranges::equal(a.intervals, b.intervals, {}, sign, sign);
}

}  // namespace

std::optional<CellReturns> cell_returns(const PieceView& piece, std::span<const ViewNote> line) {
  const auto cells = cells_of(piece, line);
  if (cells.empty()) return {};
  CellReturns returns;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    bool exact = false, rhythm = false, varied = false;
    for (std::size_t j = 0; j < cells.size(); ++j) {
      if (i == j || std::abs(cells[j].bar - cells[i].bar) >= kBarsAround) continue;
      if (cells[j].places != cells[i].places) continue;
      rhythm = true;
      if (cells[j].intervals == cells[i].intervals)
        exact = true;
      else
        varied = varied || same_contour(cells[i], cells[j]);
    }
    returns.exact += exact;
    returns.rhythm += rhythm;
    returns.varied += varied;
  }
  const auto count = static_cast<double>(cells.size());
  return CellReturns{returns.exact / count, returns.rhythm / count, returns.varied / count};
}

std::optional<double> steps_share(std::span<const ViewNote> line) {
  int steps = 0, moves = 0;
  for (std::size_t i = 1; i < line.size(); ++i) {
    const int interval = std::abs(line[i].pitch - line[i - 1].pitch);
    moves += interval > 0;
    steps += interval == 1 || interval == 2;
  }
  if (moves == 0) return {};
  return static_cast<double>(steps) / moves;
}

std::optional<double> several_at_once(std::span<const ViewNote> notes) {
  struct Change {
    double time;
    int by;
  };
  std::vector<Change> changes;
  for (const ViewNote& note : notes) {
    changes.push_back({note.start, 1});
    changes.push_back({note.end, -1});
  }
  std::ranges::sort(changes, [](const Change& a, const Change& b) {
    return a.time != b.time ? a.time < b.time : a.by < b.by;
  });
  double any = 0, several = 0;
  int sounding = 0;
  for (std::size_t i = 0; i + 1 < changes.size(); ++i) {
    sounding += changes[i].by;
    const double length = changes[i + 1].time - changes[i].time;
    any += sounding > 0 ? length : 0;
    several += sounding > 1 ? length : 0;
  }
  if (!(any > 0)) return {};
  return several / any;
}

}  // namespace s2m
