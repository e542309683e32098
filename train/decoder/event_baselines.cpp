#include "train/decoder/event_baselines.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace s2m::train {
namespace {

constexpr double kPriorCount = 10;

// One field: p(value) and p(value | value before).
class FieldModel {
 public:
  explicit FieldModel(int size)
      : size_(static_cast<std::size_t>(size)), counts_(size_), pairs_(size_ * size_), contexts_(size_) {}
  void learn(int before, int value) {
    ++counts_[index(value)];
    ++total_;
    ++pairs_[index(before) * size_ + index(value)];
    ++contexts_[index(before)];
  }
  double unigram(int value) const {
    return (counts_[index(value)] + 1) / (total_ + static_cast<double>(size_));
  }
  double markov(int before, int value) const {
    return (pairs_[index(before) * size_ + index(value)] + kPriorCount * unigram(value)) /
           (contexts_[index(before)] + kPriorCount);
  }

 private:
  static std::size_t index(int value) { return static_cast<std::size_t>(value); }
  std::size_t size_;
  std::vector<double> counts_, pairs_, contexts_;
  double total_ = 0;
};

using PerKind = std::array<double, kKindCount>;

class EventModel {
 public:
  EventModel() {
    for (int kind = 0; kind < kKindCount; ++kind)
      for (const FieldSpec& field : fields_of(static_cast<std::uint8_t>(kind)))
        fields_[static_cast<std::size_t>(kind)].emplace_back(field.size);
  }

  // f(FieldModel, value before, value, kind) for every known value of a piece. A field follows the same field of the event of
  // the same kind before.
  template <class Self, class F>
  static void visit(Self& self, std::span<const Event> events, F&& f) {
    std::array<Event, kKindCount> before;
    std::uint8_t kind_before = kStartEvent;
    for (const Event& event : events) {
      f(self.kind_, kind_before, event.kind, event.kind);
      auto& models = self.fields_[event.kind];
      for (std::size_t k = 0; k < models.size(); ++k)
        if (!event.is_bar() || event.values[k] != 0)
          f(models[k], before[event.kind].values[k], event.values[k], event.kind);
      before[event.kind] = event;
      kind_before = event.kind;
    }
  }

  void learn(std::span<const Event> events) {
    visit(*this, events, [](FieldModel& model, int before, int value, int) { model.learn(before, value); });
  }

  void measure(std::span<const Event> events, PerKind& unigram, PerKind& markov) const {
    visit(*this, events, [&](const FieldModel& model, int before, int value, std::uint8_t kind) {
      unigram[kind] -= std::log(model.unigram(value));
      markov[kind] -= std::log(model.markov(before, value));
    });
  }

 private:
  FieldModel kind_{kKindCount};
  std::array<std::vector<FieldModel>, kKindCount> fields_;
};

double of_notes(const PerKind& sums) { return sums[kMelodyEvent] + sums[kBassEvent] + sums[kFigureEvent]; }

}  // namespace

BaselineFigures event_baselines(const EventShard& shard, Split split) {
  EventModel model;
  for (const ShardPiece& piece : shard.pieces())
    if (piece.split == Split::kTrain) model.learn(shard.events(piece));
  PerKind unigram{}, markov{}, counts{};
  for (const ShardPiece& piece : shard.pieces()) {
    if (piece.split != split) continue;
    model.measure(shard.events(piece), unigram, markov);
    for (const Event& event : shard.events(piece)) ++counts[event.kind];
  }
  const auto of = [](double sum, double count) { return sum / std::max(1.0, count); };
  const double notes = of_notes(counts);
  return {.unigram_note = of(of_notes(unigram), notes),
          .unigram_chord = of(unigram[kChordEvent], counts[kChordEvent]),
          .unigram_bar = of(unigram[kBarEvent], counts[kBarEvent]),
          .markov_note = of(of_notes(markov), notes),
          .markov_chord = of(markov[kChordEvent], counts[kChordEvent]),
          .markov_bar = of(markov[kBarEvent], counts[kBarEvent]),
          .notes = static_cast<std::int64_t>(notes),
          .chords = static_cast<std::int64_t>(counts[kChordEvent]),
          .bars = static_cast<std::int64_t>(counts[kBarEvent])};
}

}  // namespace s2m::train
