// One piece in the making: the decoder's state, the events so far and the grammar over them.
//
//   writer.open_bar(bar, place);
//   do writer.feed(); while (writer.write_note());
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "story2midi/compose/bar_odds.h"
#include "story2midi/compose/bar_rules.h"
#include "story2midi/compose/guidance.h"
#include "story2midi/compose/sampling.h"
#include "story2midi/events/event.h"
#include "story2midi/nn/decoder.h"

namespace s2m {

// Every choice draws the random number keyed by (seed, bar, event of the bar, field): no draw depends on
// another's number, a thread or a batch.
class PieceWriter {
 public:
  PieceWriter(const Decoder& decoder, DecoderState state, std::uint64_t seed, const Sampling& sampling);

  // Classifier-free guidance (Ho and Salimans 2022): fields of bars that the decoder describes itself are drawn
  // from odds the guidance's strength times further from those of `plain`, which is fed the same events without the text.
  void guide(DecoderState plain, const Guidance& guidance) { guide_ = {std::move(plain), guidance}; }
  // The passage that the decoder attends to from now on.
  void set_memory(std::shared_ptr<const DecoderMemory> memory) { state_.memory = std::move(memory); }

  // A bar that is known.
  void open_bar(const Event& bar) { push(bar); }
  // A bar that the decoder describes field by field. `fixed` returns the value of a field that is not to be
  // chosen, given those before it; `allowed` tells which values of the others may be chosen.
  Event open_bar(const std::function<std::optional<int>(BarField, const Event&)>& fixed,
                 const std::function<bool(BarField, int)>& allowed);
  // The bar that was opened last has its notes to come. It takes up an earlier bar, counted from 1, where
  // both are of one length; 0: none.
  void begin_notes(const BarPlace& place, int takes_up = 0);
  // The bar's next note; false where it ends without another.
  bool write_note();
  void end() { push({.kind_or_position = kEndEvent}); }

  // Each event must be fed to the decoder before the next is written: here, or together with other pieces'
  // events (Decoder::feed_each).
  void feed();
  std::span<const std::uint8_t> pending_event() const;  // the last event
  DecoderState& state() { return state_; }

  const std::vector<Event>& events() const { return events_; }
  std::span<const Event> last_bar() const { return bar_at(bar_starts_.size() - 1); }  // with its bar event

 private:
  struct Guide {
    DecoderState plain;
    Guidance guidance;
  };
  void push(const Event& event);
  std::span<const float> bar_odds(FieldChain& chain, FieldChain* plain) const;
  Event describe_bar(FieldChain& chain, FieldChain* plain,
                     const std::function<std::optional<int>(BarField, const Event&)>& fixed,
                     const std::function<bool(BarField, int)>& allowed) const;
  double draw(int field) const;
  bool is_stuck() const;
  std::span<const Event> bar_at(std::size_t index) const;  // with its bar event
  Theme theme_of(int takes_up, Mode mode) const;
  int choose_kind(std::span<float> logits) const;
  int choose_value(const Event& note, NoteField field, std::span<float> logits) const;

  const Decoder& decoder_;
  std::uint64_t seed_;
  Sampling sampling_;
  DecoderState state_;
  std::optional<Guide> guide_;
  Grammar grammar_;
  std::vector<Event> events_;
  std::vector<std::size_t> bar_starts_;
  std::optional<BarRules> rules_;  // of the open bar
  std::optional<BarOdds> odds_;
  Sampling bar_sampling_;
};

}  // namespace s2m
