#include "train/data/decoder_windows.h"

#include <algorithm>
#include <cmath>

#include "story2midi/base/error.h"

namespace s2m::train {
namespace {

constexpr std::uint64_t kWindowStream = 0x717d;

void write_event(std::vector<std::int64_t>& events, std::size_t at, const Event& event,
                 const ShownFields& shown) {
  std::int64_t* row = events.data() + at * kEventColumns;
  row[0] = event.kind;
  for (std::size_t k = 0; k < event.values.size(); ++k)
    row[1 + k] = event.is_bar() && k < shown.size() && !shown[k] ? 0 : event.values[k];
}

}  // namespace

EventBatch::EventBatch(int rows_, int length_) : rows(rows_), length(length_) {
  const std::size_t size = static_cast<std::size_t>(rows) * static_cast<std::size_t>(length);
  inputs.assign(size * kEventColumns, 0);
  targets.assign(size * kEventColumns, 0);
  chain.assign(size * kEventColumns, 0);
  for (std::size_t i = 0; i < size; ++i) {
    inputs[i * kEventColumns] = kStartEvent;
    targets[i * kEventColumns] = -1;
  }
}

ShownFields draw_shown_fields(const WindowOptions& options, Random& random) {
  ShownFields shown{};
  const bool all_hidden = random.uniform() < options.drop_all;
  for (bool& field : shown) field = random.uniform() >= options.drop_field && !all_hidden;
  shown[kArousal] = shown[kValence];
  return shown;
}

int write_window(EventBatch& batch, int row, int at, std::span<const Event> events,
                 const ShownFields& shown) {
  Event read;
  read.kind = kStartEvent;
  for (const Event& event : events) {
    if (at == batch.length) break;
    const auto place =
        static_cast<std::size_t>(row) * static_cast<std::size_t>(batch.length) + static_cast<std::size_t>(at);
    write_event(batch.inputs, place, read, shown);
    write_event(batch.targets, place, event, kAllFields);
    write_event(batch.chain, place, event, shown);
    read = event;
    ++at;
  }
  return at;
}

std::size_t draw_start(std::span<const Event> events, int length, Random& random) {
  const auto before = static_cast<std::uint64_t>(length) / 2;
  const std::uint64_t drawn = random.below(before + events.size());
  std::size_t start = drawn < before ? 0 : drawn - before;
  while (start > 0 && !events[start].is_bar()) --start;
  return start;
}

TrainingWindows::TrainingWindows(const EventShard& shard, const WindowOptions& options)
    : shard_(shard), options_(options) {
  std::vector<double> events(shard.datasets().size());
  for (const ShardPiece& piece : shard.pieces()) {
    if (piece.split != Split::kTrain) continue;
    pieces_.push_back(&piece);
    events[static_cast<std::size_t>(piece.dataset)] += static_cast<double>(piece.event_count);
  }
  if (pieces_.empty()) throw Error("event shard", "no pieces to train on");
  double sum = 0;
  for (const ShardPiece* piece : pieces_) {
    const auto dataset = static_cast<std::size_t>(piece->dataset);
    const auto weight = options.weights.find(shard.datasets()[dataset]);
    sum += (weight == options.weights.end() ? 1.0 : weight->second) *
           static_cast<double>(piece->event_count) * std::pow(events[dataset], options.balance - 1);
    cumulative_.push_back(sum);
  }
  for (double& c : cumulative_) c /= sum;
}

const ShardPiece& TrainingWindows::draw_piece(Random& random) const {
  const auto place = std::upper_bound(cumulative_.begin(), cumulative_.end() - 1, random.uniform());
  return *pieces_[static_cast<std::size_t>(place - cumulative_.begin())];
}

Random row_random(std::uint64_t seed, std::int64_t step, int row) {
  return Random(
      seed, random_bits(kWindowStream, static_cast<std::uint64_t>(step), static_cast<std::uint64_t>(row)));
}

void TrainingWindows::fill_row(EventBatch& batch, int row, Random& random) const {
  for (int at = 0; at < batch.length;) {
    const std::span<const Event> events = shard_.events(draw_piece(random));
    const std::size_t start = draw_start(events, batch.length, random);
    at = write_window(batch, row, at, events.subspan(start), draw_shown_fields(options_, random));
  }
}

EventBatch TrainingWindows::batch(std::uint64_t seed, std::int64_t step) const {
  EventBatch batch(options_.rows, options_.length);
  for (int row = 0; row < options_.rows; ++row) {
    Random random = row_random(seed, step, row);
    fill_row(batch, row, random);
  }
  return batch;
}

std::vector<Window> held_out_windows(const EventShard& shard, Split split, int length) {
  std::vector<Window> windows;
  for (const ShardPiece& piece : shard.pieces()) {
    if (piece.split != split) continue;
    const std::span<const Event> events = shard.events(piece);
    std::size_t first = 0;
    while (first < events.size()) {
      windows.push_back({&piece, first});
      std::size_t next = first + static_cast<std::size_t>(length);
      if (next >= events.size()) break;
      while (next > first && !events[next].is_bar()) --next;
      if (next == first) break;  // a bar longer than the window
      first = next;
    }
  }
  return windows;
}

}  // namespace s2m::train
