#include "lab/analysis/writing_figures.h"

#include <array>

#include "lab/analysis/dynamics_figures.h"
#include "lab/analysis/harmony_figures.h"
#include "lab/analysis/melody_figures.h"
#include "lab/analysis/rhythm_figures.h"
#include "lab/analysis/texture_figures.h"
#include "lab/statistics/statistics.h"

namespace s2m {
namespace {

enum class Line { kMelody, kHighest };

template <Line line>
std::span<const ViewNote> line_of(const PieceView& piece) {
  return line == Line::kMelody ? piece.top_line : piece.highest;
}

template <Line line, double CellReturns::*share>
std::optional<double> cell(const PieceView& piece) {
  const auto returns = cell_returns(piece, line_of<line>(piece));
  if (!returns) return {};
  return (*returns).*share;
}

template <Line line>
std::optional<double> steps(const PieceView& piece) {
  return steps_share(line_of<line>(piece));
}

std::optional<double> several_melody_notes(const PieceView& piece) { return several_at_once(piece.melody); }

constexpr auto kMedian = Aggregate::kMedian;
constexpr auto kMean = Aggregate::kMean;

using enum WritingGroup;

constexpr std::array kFigures{
    WritingFigure{"bar_pattern", "bar's onset pattern in the 4 bars before", kRhythm, kMedian,
                  bar_pattern_seen},
    WritingFigure{"left_hand_pattern", "left hand's half-bar pattern in 2 bars", kRhythm, kMedian,
                  left_hand_pattern_seen},
    WritingFigure{"groove", "groove of adjacent bars", kRhythm, kMedian, groove},
    WritingFigure{"syncopation", "onsets held over a heavier place", kRhythm, kMedian, syncopation},
    WritingFigure{"density_variation", "variation of notes per bar", kRhythm, kMedian, density_variation},
    WritingFigure{"held_over", "notes off the beat held over the next", kRhythm, kMedian, held_over_the_beat},
    WritingFigure{"incomplete_triplets", "beats with a triplet that lack a member", kRhythm, kMean,
                  incomplete_triplets},
    WritingFigure{"cell_exact", "melody cell back exactly in 8 bars", kMelody, kMedian,
                  cell<Line::kMelody, &CellReturns::exact>},
    WritingFigure{"cell_rhythm", "... its rhythm", kMelody, kMedian,
                  cell<Line::kMelody, &CellReturns::rhythm>},
    WritingFigure{"cell_varied", "... varied: rhythm and contour", kMelody, kMedian,
                  cell<Line::kMelody, &CellReturns::varied>},
    WritingFigure{"steps", "steps among the melody's moves", kMelody, kMedian, steps<Line::kMelody>},
    WritingFigure{"several_melody_notes", "several melody notes, share of time", kMelody, kMedian,
                  several_melody_notes},
    WritingFigure{"top_cell_exact", "top line of all: cell back exactly", kMelody, kMedian,
                  cell<Line::kHighest, &CellReturns::exact>},
    WritingFigure{"top_cell_rhythm", "... its rhythm", kMelody, kMedian,
                  cell<Line::kHighest, &CellReturns::rhythm>},
    WritingFigure{"top_cell_varied", "... varied", kMelody, kMedian,
                  cell<Line::kHighest, &CellReturns::varied>},
    WritingFigure{"top_steps", "top line of all: steps", kMelody, kMedian, steps<Line::kHighest>},
    WritingFigure{"tonic", "tonic triad, share of half bars", kHarmony, kMedian, tonic_share},
    WritingFigure{"change_surprise", "-ln p of a half bar's chord after the one before", kHarmony, kMedian,
                  change_surprise},
    WritingFigure{"notes_at_once", "notes at once", kTexture, kMedian, notes_at_once},
    WritingFigure{"adjacent_semitones", "adjacent semitones, share of time", kTexture, kMedian,
                  adjacent_semitones},
    WritingFigure{"clash", "clashes, share of half bars", kTexture, kMedian, clash},
    WritingFigure{"low_thirds", "thirds and closer below C3, share of time", kTexture, kMedian, low_thirds},
    WritingFigure{"beyond_two_hands", "beyond two hands, share of time", kTexture, kMedian, beyond_two_hands},
    WritingFigure{"more_than_ten_keys", "pieces with more than ten keys down", kTexture, kMean,
                  more_than_ten_keys},
    WritingFigure{"bar_velocity_deviation", "deviation of bars' mean velocity", kDynamics, kMedian,
                  bar_velocity_deviation},
    WritingFigure{"velocity_deviation", "deviation of velocity", kDynamics, kMedian, velocity_deviation},
    WritingFigure{"top_velocity_autocorrelation", "top notes' velocity, next to next", kDynamics, kMedian,
                  top_velocity_autocorrelation},
    WritingFigure{"parallel_joints", "joints of 8-bar stretches: to the parallel key", kForm, kMean,
                  parallel_joints},
    WritingFigure{"relative_or_remote_joints", "... to the relative or a remote key", kForm, kMean,
                  relative_or_remote_joints},
    WritingFigure{"ends_in_another_key", "pieces that end on another root than home", kForm, kMean,
                  ends_in_another_key},
    WritingFigure{"ends_in_another_mode", "... in the other mode", kForm, kMean, ends_in_another_mode},
    WritingFigure{"dominant_before_end", "... with V or vii before the end", kForm, kMean,
                  dominant_before_the_end},
};

}  // namespace

std::string_view to_string(WritingGroup group) {
  constexpr std::array<std::string_view, 7> kNames{"rhythm",   "melody", "harmony", "texture",
                                                   "dynamics", "form",   "likeness"};
  return kNames[static_cast<std::size_t>(group)];
}

double aggregate(Aggregate how, std::vector<double> values) {
  return how == Aggregate::kMean ? mean(values) : quantile(std::move(values), 0.5);
}

std::span<const WritingFigure> writing_figures() { return kFigures; }

std::vector<std::optional<double>> measure_writing(const PieceView& window, const PieceView& whole) {
  std::vector<std::optional<double>> values;
  for (const WritingFigure& figure : kFigures)
    values.push_back(figure.measure(figure.group == WritingGroup::kForm ? whole : window));
  return values;
}

}  // namespace s2m
