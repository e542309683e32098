// Training windows of music: the events that the decoder reads, and those that it must predict. Batches are pure
// functions of (seed, step).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "lab/datasets/event_shard.h"
#include "story2midi/base/random.h"

namespace s2m::train {

// The kind, then the values of the most fields an event has.
inline constexpr int kEventColumns = 1 + kMaxFields;

// rows x length x kEventColumns numbers each. Targets whose kind is -1 are not learnt.
struct EventBatch {
  EventBatch(int rows, int length);
  int rows = 0;
  int length = 0;
  std::vector<std::int64_t> inputs;
  std::vector<std::int64_t> targets;
  std::vector<std::int64_t> chain;  // targets with the fields dropped that the inputs drop
};

// Which fields of the bars a row of the batch shows; the others read 0, "unknown".
using ShownFields = std::array<bool, kBarFieldCount>;
inline constexpr ShownFields kAllFields = [] {
  ShownFields all{};
  all.fill(true);
  return all;
}();

struct WindowOptions {
  int rows = 8;
  int length = 1024;
  // Probability that a field of a window's bars is hidden; valence and arousal are hidden together.
  double drop_field = 0.25;
  double drop_all = 0.15;  // and all of them with this
  // A dataset is drawn in proportion to its events to this power, times its weight here (1 where absent).
  double balance = 0.7;
  std::map<std::string, double> weights;
};

ShownFields draw_shown_fields(const WindowOptions& options, Random& random);

// Writes `events` (from a bar on) into row `row` from column `at` on: the start event is read first. Returns
// the next free column.
int write_window(EventBatch& batch, int row, int at, std::span<const Event> events, const ShownFields& shown);

// A window's first event: anywhere, but at a bar; the piece's beginning as often as half a window's worth of
// events.
std::size_t draw_start(std::span<const Event> events, int length, Random& random);

// The generator of all that is drawn for one row of one step's batch.
Random row_random(std::uint64_t seed, std::int64_t step, int row);

class TrainingWindows {
 public:
  // Throws Error when the shard has no piece in the training split.
  TrainingWindows(const EventShard& shard, const WindowOptions& options);
  // Rows are filled to the end: behind a piece's end another begins.
  EventBatch batch(std::uint64_t seed, std::int64_t step) const;
  void fill_row(EventBatch& batch, int row, Random& random) const;
  const WindowOptions& options() const { return options_; }

 private:
  const ShardPiece& draw_piece(Random& random) const;

  const EventShard& shard_;
  WindowOptions options_;
  std::vector<const ShardPiece*> pieces_;
  std::vector<double> cumulative_;  // of the pieces' probabilities
};

// Pieces of a split cut into windows of at most `length`, each from a bar on, none overlapping.
struct Window {
  const ShardPiece* piece = nullptr;
  std::size_t first = 0;  // event of the piece
};
std::vector<Window> held_out_windows(const EventShard& shard, Split split, int length);

}  // namespace s2m::train
