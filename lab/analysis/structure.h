// Structure indicators: repetition at short, middle and long time scales, from the fitness of a piece's segments.
#pragma once

#include <cstddef>
#include <vector>

#include "story2midi/music/score.h"

namespace s2m {

// Structureness indicators (Wu and Yang 2020): the highest fitness of any segment that lasts 3 to 8, 8 to 15,
// 15 seconds or more. 0, no repetition, to nearly 1; 0 for a piece shorter than the scale.
struct StructureIndicators {
  double short_term = 0;
  double middle_term = 0;
  double long_term = 0;
};

StructureIndicators structure_indicators(const Score& score);

// Values of a square matrix, row by row.
struct SquareMatrix {
  std::size_t size = 0;
  std::vector<float> values;
  explicit SquareMatrix(std::size_t count) : size(count), values(count * count) {}
  float& at(std::size_t row, std::size_t column) { return values[row * size + column]; }
  float at(std::size_t row, std::size_t column) const { return values[row * size + column]; }
};

// Likeness of a piece with itself, frame by frame, as the indicators use it (the settings of Wu and Yang's
// published code): chroma of the sounding notes at `frames_per_second` over windows of four frames, dot
// products, the best of the 12 transpositions, each smoothed along its diagonal over 16 frames forward and
// backward; the highest quarter of the cells scaled to [0, 1], the rest -2; the diagonal 1. Unlike theirs it
// follows no change of tempo between repetitions. Without notes: no frames.
SquareMatrix self_similarity(const Score& score, double frames_per_second);

// Fitness of the segment [start, start + length) (Mueller, Jiang, Grosche 2013): harmonic mean of how well
// and how much of the piece an optimal family of paths over the segment's columns explains, the segment's own
// trivial repetition left out; steps (1, 1), (1, 2), (2, 1).
double fitness(const SquareMatrix& similarity, std::size_t start, std::size_t length);

// Frames a second for a piece of that length: 2, less where the piece would have more than 120 frames.
double structure_frame_rate(double length_seconds);

}  // namespace s2m
