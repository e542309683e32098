// One piece in the making: the decoder's state, the events so far and the grammar over them.
//
//   writer.open_bar(brief);
//   do writer.feed(); while (writer.write_event());
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "story2midi/compose/bar_brief.h"
#include "story2midi/compose/bar_odds.h"
#include "story2midi/compose/bar_rules.h"
#include "story2midi/compose/guidance.h"
#include "story2midi/compose/sampling.h"
#include "story2midi/compose/sounding.h"
#include "story2midi/events/event.h"
#include "story2midi/nn/decoder.h"

namespace s2m {

// Every choice draws the random number keyed by (seed, draft, bar, event of the bar, field): no draw depends on another's
// number, a thread or a batch. A copy forks the piece.
class PieceWriter {
 public:
  PieceWriter(const Decoder& decoder, DecoderState state, std::uint64_t seed, const Sampling& sampling);

  // Classifier-free guidance (Ho and Salimans 2022): fields of bars that the decoder describes itself are drawn
  // from odds the guidance's strength times further from those of `plain`, which is fed the same events without the text.
  void guide(DecoderState plain, const Guidance& guidance) { guide_ = {std::move(plain), guidance}; }
  // The passage that the decoder attends to from now on.
  void set_memory(std::shared_ptr<const DecoderMemory> memory) { state_.memory = std::move(memory); }
  // Which of several drafts is written from now on: each draws other numbers.
  void set_draft(std::uint64_t draft) { draft_ = draft; }

  // Takes events that are known and feeds them all. Throws Error where the grammar is broken.
  void follow(std::span<const Event> events);
  // A bar that is known. The writer keeps the brief.
  void open_bar(BarBrief brief);
  // The description of a bar that the decoder writes field by field; open_bar() then takes it. `fixed` returns the value of a
  // field that is not to be chosen, given those before it; `allowed` tells which values of the others may be chosen.
  Event describe_bar(const std::function<std::optional<int>(BarField, const Event&)>& fixed,
                     const std::function<bool(BarField, int)>& allowed);
  // The bar's next event; false where it ends without another.
  bool write_event();
  void end() { push({.kind = kEndEvent}); }

  // Each event must be fed to the decoder before the next is written: here, or together with other pieces'
  // events (Decoder::feed_each).
  void feed();
  std::span<const std::uint8_t> pending_event() const;  // the last event
  DecoderState& state() { return state_; }
  bool is_guided() const { return guide_.has_value(); }

  const std::vector<Event>& events() const { return events_; }
  std::span<const Event> last_bar() const;  // with its bar event
  // Since the last call: mean -log p in nats of the drawn notes by the decoder's own odds, and the share of the wanted melody
  // notes that were written; 1 where none was wanted.
  struct PhraseFacts {
    double surprisal, wanted;
  };
  PhraseFacts take_phrase_facts();

 private:
  struct Guide {
    DecoderState plain;
    Guidance guidance;
  };
  void push(const Event& event);
  OpenBar open_bar() const { return {grammar_, brief_, sounding_, last_bar().subspan(1), exhausted_}; }
  std::span<const float> bar_odds(FieldChain& chain, FieldChain* plain) const;
  Event describe_bar(FieldChain& chain, FieldChain* plain,
                     const std::function<std::optional<int>(BarField, const Event&)>& fixed,
                     const std::function<bool(BarField, int)>& allowed) const;
  double draw(int field) const;
  // A bar event where no kind up to `last` follows; nothing where the kind that was drawn finds no place.
  std::optional<Event> draw_event(int last);
  int choose_kind(std::span<float> logits) const;
  std::optional<int> choose_value(const Event& so_far, int field, std::span<float> logits);
  bool write_given_chord();
  // The next note of the first part that is given and not yet whole.
  const Event* next_given() const;
  // Whether a kind that is not given may stand between the last event and those of `kind`.
  bool has_free_kind_before(std::uint8_t kind) const;
  void write_given(Event note);
  int pitch_in_rhythm(const Event& note, std::span<float> logits);
  const GivenPart& given(std::uint8_t kind) const {
    return brief_.given[static_cast<std::size_t>(kind - kMelodyEvent)];
  }
  const std::vector<Event>& melody_wish() const {
    return brief_.wanted[static_cast<std::size_t>(Part::kMelody)].notes;
  }
  bool is_wanted(const Event& event) const;

  const Decoder* decoder_;
  std::uint64_t seed_;
  std::uint64_t draft_ = 0;
  Sampling sampling_;
  DecoderState state_;
  std::optional<Guide> guide_;
  Grammar grammar_;
  Sounding sounding_;
  std::vector<Event> events_;
  std::vector<std::size_t> bar_starts_;
  BarBrief brief_;                            // of the open bar
  std::array<bool, kKindCount> exhausted_{};  // likewise
  struct Tally {
    double surprisal = 0;
    int notes = 0, wanted = 0, kept = 0;
  } tally_;
};

}  // namespace s2m
