#include "train/decoder/event_baselines.h"

#include <cmath>

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

class EventModel {
 public:
  EventModel() {
    for (const FieldSpec& field : kNoteFields) note_.emplace_back(field.size);
    for (const FieldSpec& field : kBarFields) bar_.emplace_back(field.size);
  }

  // f(FieldModel, value before, value, whether it counts to notes, whether it counts to bars) for all that a
  // piece holds.
  template <class Self, class F>
  static void visit(Self& self, std::span<const Event> events, F&& f) {
    Event event_before, note_before, bar_before;
    event_before.kind_or_position = kStartEvent;
    for (const Event& event : events) {
      f(self.what_, event_before.kind_or_position, event.kind_or_position, event.is_note(), false);
      for (std::size_t k = 0; k < kNoteFieldCount && event.is_note(); ++k)
        f(self.note_[k], note_before.values[k], event.values[k], true, false);
      for (std::size_t k = 0; k < kBarFieldCount && event.is_bar(); ++k)
        if (event.values[k] != 0) f(self.bar_[k], bar_before.values[k], event.values[k], false, true);
      event_before = event;
      if (event.is_note()) note_before = event;
      if (event.is_bar()) bar_before = event;
    }
  }

  void learn(std::span<const Event> events) {
    visit(*this, events,
          [](FieldModel& model, int before, int value, bool, bool) { model.learn(before, value); });
  }

  void measure(std::span<const Event> events, BaselineFigures& sums) const {
    visit(*this, events, [&](const FieldModel& model, int before, int value, bool of_note, bool of_bar) {
      sums.unigram_note -= of_note ? std::log(model.unigram(value)) : 0;
      sums.markov_note -= of_note ? std::log(model.markov(before, value)) : 0;
      sums.unigram_bar -= of_bar ? std::log(model.unigram(value)) : 0;
      sums.markov_bar -= of_bar ? std::log(model.markov(before, value)) : 0;
    });
    for (const Event& event : events) {
      sums.notes += event.is_note();
      sums.bars += event.is_bar();
    }
  }

 private:
  FieldModel what_{kKindCount};
  std::vector<FieldModel> note_, bar_;
};

}  // namespace

BaselineFigures event_baselines(const EventShard& shard, Split split) {
  EventModel model;
  for (const ShardPiece& piece : shard.pieces())
    if (piece.split == Split::kTrain) model.learn(shard.events(piece));
  BaselineFigures figures;
  for (const ShardPiece& piece : shard.pieces())
    if (piece.split == split) model.measure(shard.events(piece), figures);
  const auto notes = static_cast<double>(std::max<std::int64_t>(1, figures.notes));
  const auto bars = static_cast<double>(std::max<std::int64_t>(1, figures.bars));
  figures.unigram_note /= notes, figures.markov_note /= notes;
  figures.unigram_bar /= bars, figures.markov_bar /= bars;
  return figures;
}

}  // namespace s2m::train
