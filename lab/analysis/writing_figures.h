// Figures of how music is written: rhythm, melody, harmony, texture and dynamics. They compare composed music with real
// music; docs/research/evaluation-music.md defines each and gives its values in corpora.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "lab/analysis/piece_view.h"

namespace s2m {

enum class WritingGroup : std::uint8_t { kRhythm, kMelody, kHarmony, kTexture, kDynamics, kForm, kLikeness };
std::string_view to_string(WritingGroup group);

enum class Aggregate : std::uint8_t { kMedian, kMean };  // over the pieces
double aggregate(Aggregate how, std::vector<double> values);

struct WritingFigure {
  std::string_view name, words;
  WritingGroup group;
  Aggregate over_pieces;
  // Nothing where the piece has nothing to measure.
  std::optional<double> (*measure)(const PieceView& piece);
};

// Those of the form (endings, joints) need whole pieces, the others take windows of some bars.
std::span<const WritingFigure> writing_figures();

// Each figure of writing_figures(); those of the form from `whole`, the others from `window`.
std::vector<std::optional<double>> measure_writing(const PieceView& window, const PieceView& whole);

}  // namespace s2m
