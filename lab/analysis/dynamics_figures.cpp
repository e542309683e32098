#include "lab/analysis/dynamics_figures.h"

#include "lab/statistics/statistics.h"

namespace s2m {
namespace {

std::vector<double> velocities(std::span<const ViewNote> notes) {
  std::vector<double> values;
  for (const ViewNote& note : notes) values.push_back(note.velocity);
  return values;
}

}  // namespace

std::optional<double> bar_velocity_deviation(const PieceView& piece) {
  std::vector<double> means;
  for (const ViewBar& bar : piece.bars)
    if (const auto notes = notes_in(piece.notes, bar.start, bar.steps); !notes.empty())
      means.push_back(mean(velocities(notes)));
  if (means.size() < 2) return {};
  return deviation(means);
}

std::optional<double> velocity_deviation(const PieceView& piece) {
  if (piece.notes.size() < 2) return {};
  return deviation(velocities(piece.notes));
}

std::optional<double> top_velocity_autocorrelation(const PieceView& piece) {
  const auto values = velocities(piece.highest);
  if (values.size() < 3) return {};
  const std::span all(values);
  return pearson(all.first(all.size() - 1), all.subspan(1));
}

}  // namespace s2m
