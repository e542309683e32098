#include "lab/analysis/pattern_compression.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <span>

namespace s2m {
namespace {

constexpr std::size_t kMostPoints = 400;
constexpr std::int32_t kPitches = 128;

// Points that can be asked for in constant time, however far apart: an open hash table.
class PointSet {
 public:
  explicit PointSet(std::size_t most_points)
      : slots_(std::bit_ceil(4 * most_points + 1), kEmpty), mask_(slots_.size() - 1) {}
  explicit PointSet(std::span<const NotePoint> points) : PointSet(points.size()) {
    for (const NotePoint& point : points) insert(point);
  }
  bool holds(const NotePoint& point) const {
    return point.pitch >= 0 && point.pitch < kPitches && slots_[slot_of(key_of(point))] != kEmpty;
  }
  // True where it was not there before.
  bool insert(const NotePoint& point) {
    std::int64_t& slot = slots_[slot_of(key_of(point))];
    const bool fresh = slot == kEmpty;
    slot = key_of(point);
    return fresh;
  }
  void clear() { std::ranges::fill(slots_, kEmpty); }

 private:
  static constexpr std::int64_t kEmpty = std::numeric_limits<std::int64_t>::min();

  static std::int64_t key_of(const NotePoint& point) {
    return std::int64_t{point.step} * kPitches + point.pitch;
  }
  // Where the key stands, or the empty slot where it would.
  std::size_t slot_of(std::int64_t key) const {
    std::size_t slot = (static_cast<std::uint64_t>(key) * 0x9e3779b97f4a7c15u >> 32) & mask_;
    while (slots_[slot] != kEmpty && slots_[slot] != key) slot = (slot + 1) & mask_;
    return slot;
  }

  std::vector<std::int64_t> slots_;
  std::size_t mask_;
};

// Indices of the points that one vector moves onto other points: a maximal translatable pattern.
using Pattern = std::vector<std::uint32_t>;

// SIA: every pattern of two points or more, the largest first.
std::vector<Pattern> translatable_patterns(std::span<const NotePoint> points) {
  struct Move {
    std::int64_t vector;
    std::uint32_t from;
    auto operator<=>(const Move&) const = default;
  };
  std::vector<Move> moves;
  moves.reserve(points.size() * (points.size() - 1) / 2);
  for (std::uint32_t i = 0; i < points.size(); ++i)
    for (std::uint32_t j = i + 1; j < points.size(); ++j)
      moves.push_back({std::int64_t{points[j].step - points[i].step} * (2 * kPitches) +
                           (points[j].pitch - points[i].pitch),
                       i});
  std::ranges::sort(moves);
  std::vector<Pattern> patterns;
  for (std::size_t first = 0, end = 0; first < moves.size(); first = end) {
    while (end < moves.size() && moves[end].vector == moves[first].vector) ++end;
    if (end - first < 2) continue;
    Pattern& pattern = patterns.emplace_back();
    for (std::size_t i = first; i < end; ++i) pattern.push_back(moves[i].from);
  }
  std::ranges::stable_sort(patterns, std::greater<>{}, &Pattern::size);
  return patterns;
}

// A pattern with all its copies (a translational equivalence class), and what it costs to write.
struct Class {
  std::vector<NotePoint> covered;
  double ratio = 1;  // covered points by cost
  bool found = false;
};

class ClassSearch {
 public:
  explicit ClassSearch(std::span<const NotePoint> points)
      : points_(points), all_(points), marked_(points.size()) {}

  Class best() {
    Class best;
    for (const Pattern& pattern : translatable_patterns(points_)) {
      // P + V points of code name at most P times the points that the P stand for: less than P a unit.
      if (static_cast<double>(pattern.size()) <= best.ratio) break;
      find_copies(pattern);
      const auto cost = static_cast<double>(pattern.size() + copies_.size() - 1);
      if (static_cast<double>(pattern.size() * copies_.size()) / cost < best.ratio) continue;
      take_if_better(best, pattern, cost);
    }
    return best;
  }

 private:
  // Every move that lays the whole pattern onto points, standing still among them.
  void find_copies(const Pattern& pattern) {
    copies_.clear();
    const NotePoint& origin = points_[pattern.front()];
    for (const NotePoint& target : points_) {
      const NotePoint move{target.step - origin.step, target.pitch - origin.pitch};
      const bool fits = std::all_of(pattern.begin() + 1, pattern.end(), [&](std::uint32_t i) {
        return all_.holds({points_[i].step + move.step, points_[i].pitch + move.pitch});
      });
      if (fits) copies_.push_back(move);
    }
  }

  void take_if_better(Class& best, const Pattern& pattern, double cost) {
    std::vector<NotePoint> covered;
    marked_.clear();
    for (const NotePoint& move : copies_)
      for (const std::uint32_t i : pattern) {
        const NotePoint point{points_[i].step + move.step, points_[i].pitch + move.pitch};
        if (marked_.insert(point)) covered.push_back(point);
      }
    const double ratio = static_cast<double>(covered.size()) / cost;
    if (ratio > best.ratio || (best.found && ratio == best.ratio && covered.size() > best.covered.size()))
      best = {std::move(covered), ratio, true};
  }

  std::span<const NotePoint> points_;
  PointSet all_;
  PointSet marked_;
  std::vector<NotePoint> copies_;
};

// Units of code that the points take.
double code_length(std::vector<NotePoint> points) {
  double length = 0;
  while (!points.empty()) {
    const Class best = ClassSearch(points).best();
    if (!best.found) break;
    length += static_cast<double>(best.covered.size()) / best.ratio;
    const PointSet covered(best.covered);
    std::erase_if(points, [&](const NotePoint& point) { return covered.holds(point); });
  }
  return length + static_cast<double>(points.size());
}

}  // namespace

std::vector<NotePoint> note_points(const Score& score, int steps_per_quarter) {
  std::vector<NotePoint> points;
  for (const Track& track : score.tracks) {
    if (track.is_drums) continue;
    for (const Note& note : track.notes)
      points.push_back({static_cast<std::int32_t>(std::lround(double{1} * note.start_ticks *
                                                              steps_per_quarter / score.ticks_per_quarter)),
                        note.pitch});
  }
  std::ranges::sort(points);
  points.erase(std::unique(points.begin(), points.end()), points.end());
  return points;
}

double compression_ratio(std::vector<NotePoint> points) {
  std::ranges::sort(points);
  points.erase(std::unique(points.begin(), points.end()), points.end());
  if (points.empty()) return 1;
  const std::size_t parts = (points.size() + kMostPoints - 1) / kMostPoints;
  double length = 0;
  for (std::size_t part = 0; part < parts; ++part) {
    const auto at = [&](std::size_t i) {
      return points.begin() + static_cast<std::ptrdiff_t>(points.size() * i / parts);
    };
    length += code_length({at(part), at(part + 1)});
  }
  return static_cast<double>(points.size()) / length;
}

}  // namespace s2m
