#include "lab/analysis/structure.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace s2m {
namespace {

constexpr double kFramesPerSecond = 2;
constexpr double kMostFrames = 120;  // the search grows with the fourth power
constexpr double kWindowFrames = 4;
constexpr std::size_t kSmoothing = 16;  // frames
constexpr double kKeptShare = 0.25;
constexpr float kPenalty = -2;

using Chroma = std::array<float, 12>;

// Sounding time of each pitch class in the window around each frame, as unit vectors.
std::vector<Chroma> chroma_frames(const Score& score, double rate) {
  const TempoMap tempo(score);
  const double length = tempo.seconds_at(end_ticks(score));
  std::vector<Chroma> frames(static_cast<std::size_t>(std::ceil(length * rate - 1e-9)));
  const double reach = kWindowFrames / rate / 2;
  for (const Track& track : score.tracks) {
    if (track.is_drums) continue;
    for (const Note& note : track.notes) {
      const double start = tempo.seconds_at(note.start_ticks);
      const double end = tempo.seconds_at(double{1} * note.start_ticks + note.length_ticks);
      const double first = std::max(0.0, std::ceil((start - reach) * rate));
      for (auto i = static_cast<std::size_t>(first); i < frames.size(); ++i) {
        const double middle = static_cast<double>(i) / rate;
        if (middle - reach >= end) break;
        frames[i][note.pitch % 12] += static_cast<float>(
            std::max(0.0, std::min(end, middle + reach) - std::max(start, middle - reach)));
      }
    }
  }
  for (Chroma& frame : frames) {
    float square = 0;
    for (const float value : frame) square += value * value;
    if (square > 1e-6f)
      for (float& value : frame) value /= std::sqrt(square);
    else
      frame.fill(1 / std::sqrt(12.0f));
  }
  return frames;
}

// Raises `smooth` to the likeness under one transposition, averaged along its diagonals both ways.
void add_transposition(SquareMatrix& smooth, const std::vector<Chroma>& frames, std::size_t shift) {
  const std::size_t n = frames.size();
  // Sums along the diagonals: cell (row, column) of the likeness is the difference of two.
  std::vector<float> sums((n + 1) * (n + 1));
  for (std::size_t row = 0; row < n; ++row)
    for (std::size_t column = 0; column < n; ++column) {
      float dot = 0;
      for (std::size_t i = 0; i < 12; ++i) dot += frames[row][i] * frames[column][(i + shift) % 12];
      sums[(row + 1) * (n + 1) + column + 1] = sums[row * (n + 1) + column] + dot;
    }
  for (std::size_t row = 0; row < n; ++row)
    for (std::size_t column = 0; column < n; ++column) {
      const std::size_t ahead = std::min(kSmoothing, n - std::max(row, column));
      const std::size_t behind = std::min({kSmoothing, row + 1, column + 1});
      const float forward = sums[(row + ahead) * (n + 1) + column + ahead] - sums[row * (n + 1) + column];
      const float backward =
          sums[(row + 1) * (n + 1) + column + 1] - sums[(row + 1 - behind) * (n + 1) + column + 1 - behind];
      float& cell = smooth.at(row, column);
      cell = std::max({cell, forward / kSmoothing, backward / kSmoothing});
    }
}

// The highest cells scaled to [0, 1], the others the penalty, the diagonal 1.
void keep_highest(SquareMatrix& matrix) {
  if (matrix.size == 0) return;
  std::vector<float> sorted = matrix.values;
  const auto count = static_cast<double>(sorted.size());
  const auto below =
      std::min(sorted.size() - 1, static_cast<std::size_t>(std::lround(count * (1 - kKeptShare))));
  std::ranges::nth_element(sorted, sorted.begin() + static_cast<std::ptrdiff_t>(below));
  const float threshold = sorted[below], highest = std::ranges::max(matrix.values);
  for (float& value : matrix.values) {
    if (value < threshold)
      value = kPenalty;
    else
      value = highest > threshold ? (value - threshold) / (highest - threshold) : 1;
  }
  for (std::size_t i = 0; i < matrix.size; ++i) matrix.at(i, i) = 1;
}

// The best family of paths that ends in a cell of the segment's columns: what it scores, how many cells it
// has, how many rows its finished paths cover, and the row in which the present one began.
struct PathFamily {
  float score = std::numeric_limits<float>::lowest() / 2;
  int cells = 0;
  int covered = 0;
  int start = 0;

  PathFamily finished(int last_row) const { return {score, cells, covered + last_row - start + 1, 0}; }
  PathFamily stepped(float similarity) const { return {score + similarity, cells + 1, covered, start}; }
};

const PathFamily& better(const PathFamily& a, const PathFamily& b) { return a.score >= b.score ? a : b; }

// The best family over all rows: before each row a path may end, rest, or begin.
PathFamily best_family(const SquareMatrix& similarity, std::size_t start, std::size_t length) {
  std::array<std::vector<PathFamily>, 3> rows;  // this one, the one before, the one before that
  for (auto& row : rows) row.resize(length);
  PathFamily between{.score = 0};
  for (std::size_t n = 0; n < similarity.size; ++n) {
    std::swap(rows[2], rows[1]);
    std::swap(rows[1], rows[0]);
    const float* cells = &similarity.values[n * similarity.size + start];
    if (n > 0) between = better(between, rows[1].back().finished(static_cast<int>(n) - 1));
    PathFamily begun = between.stepped(cells[0]);
    begun.start = static_cast<int>(n);
    rows[0][0] = begun;
    for (std::size_t m = 1; m < length; ++m) {
      const PathFamily* best = &rows[1][m - 1];
      if (m >= 2) best = &better(*best, rows[1][m - 2]);
      best = &better(*best, rows[2][m - 1]);
      rows[0][m] = best->stepped(cells[m]);
    }
  }
  return better(between, rows[0].back().finished(static_cast<int>(similarity.size) - 1));
}

double highest_fitness(const SquareMatrix& similarity, double shortest, double longest) {
  double highest = 0;
  const double last = std::min(longest, static_cast<double>(similarity.size));
  for (double length = std::max(1.0, std::ceil(shortest - 1e-9)); length <= last + 1e-9; ++length)
    for (std::size_t start = 0; start + static_cast<std::size_t>(length) <= similarity.size; ++start)
      highest = std::max(highest, fitness(similarity, start, static_cast<std::size_t>(length)));
  return highest;
}

}  // namespace

double structure_frame_rate(double length_seconds) {
  return length_seconds * kFramesPerSecond > kMostFrames ? kMostFrames / length_seconds : kFramesPerSecond;
}

SquareMatrix self_similarity(const Score& score, double frames_per_second) {
  if (end_ticks(score) == 0) return SquareMatrix(0);
  const auto frames = chroma_frames(score, frames_per_second);
  SquareMatrix smooth(frames.size());
  for (std::size_t shift = 0; shift < 12; ++shift) add_transposition(smooth, frames, shift);
  keep_highest(smooth);
  return smooth;
}

double fitness(const SquareMatrix& similarity, std::size_t start, std::size_t length) {
  const PathFamily family = best_family(similarity, start, length);
  const auto trivial = static_cast<double>(length);
  const double score = (double{family.score} - trivial) / std::max(1, family.cells);
  const double coverage = (family.covered - trivial) / static_cast<double>(similarity.size);
  return score > 0 && coverage > 0 ? 2 * score * coverage / (score + coverage) : 0;
}

StructureIndicators structure_indicators(const Score& score) {
  const double rate = structure_frame_rate(seconds_at(score, end_ticks(score)));
  const SquareMatrix similarity = self_similarity(score, rate);
  return {highest_fitness(similarity, 3 * rate, 8 * rate), highest_fitness(similarity, 8 * rate, 15 * rate),
          highest_fitness(similarity, 15 * rate, std::numeric_limits<double>::max())};
}

}  // namespace s2m
