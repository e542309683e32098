#include "story2midi/compose/piece_writer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "story2midi/base/random.h"

namespace s2m {
namespace {

constexpr std::size_t kMostValues = 256;  // of a field

double surprisal_of(std::span<const float> logits, int value) {
  const double highest = *std::ranges::max_element(logits);
  double sum = 0;
  for (const float logit : logits) sum += std::exp(logit - highest);
  return std::log(sum) - (logits[static_cast<std::size_t>(value)] - highest);
}

}  // namespace

PieceWriter::PieceWriter(const Decoder& decoder, DecoderState state, std::uint64_t seed,
                         const Sampling& sampling)
    : decoder_(&decoder), seed_(seed), sampling_(sampling), state_(std::move(state)) {}

void PieceWriter::push(const Event& event) {
  const int positions_before = grammar_.bar_positions();
  grammar_.push(event);
  if (event.is_bar()) {
    bar_starts_.push_back(events_.size());
    sounding_.open_bar(positions_before);
  }
  // Notes that are given sound from the bar's opening on.
  if (event.is_note() && given(event.kind).what != Given::kNotes) sounding_.push(event);
  events_.push_back(event);
}

void PieceWriter::follow(std::span<const Event> events) {
  if (events.empty()) return;
  brief_ = {};
  for (const Event& event : events) push(event);
  decoder_->feed(state_, {reinterpret_cast<const std::uint8_t*>(events.data()), events.size_bytes()});
}

// An Event's bytes are the decoder's.
std::span<const std::uint8_t> PieceWriter::pending_event() const {
  static_assert(sizeof(Event) == kEventBytes);
  return {reinterpret_cast<const std::uint8_t*>(&events_.back()), kEventBytes};
}

std::span<const Event> PieceWriter::last_bar() const {
  return std::span(events_).subspan(bar_starts_.back());
}

double PieceWriter::draw(int field) const {
  constexpr std::uint64_t kFieldSlots = 16;
  constexpr std::uint64_t kDrafts = 1 << 20;
  const std::uint64_t bar = bar_starts_.size();
  const std::uint64_t in_bar = events_.size() - (bar_starts_.empty() ? 0 : bar_starts_.back());
  return random_uniform(seed_, bar + kDrafts * draft_,
                        in_bar * kFieldSlots + static_cast<std::uint64_t>(field + 1));
}

void PieceWriter::feed() {
  decoder_->feed(state_, pending_event());
  if (guide_) decoder_->feed(guide_->plain, pending_event());
}

void PieceWriter::open_bar(BarBrief brief) {
  brief_ = std::move(brief);
  exhausted_ = {};
  tally_.wanted += static_cast<int>(melody_wish().size());
  push(brief_.description);
  for (std::uint8_t kind = kMelodyEvent; kind <= kFigureEvent; ++kind) {
    exhausted_[kind] = given(kind).what != Given::kNothing;
    if (given(kind).what == Given::kNotes)
      for (const Event& note : given(kind).notes) sounding_.push(note);
  }
}

Event PieceWriter::describe_bar(const std::function<std::optional<int>(BarField, const Event&)>& fixed,
                                const std::function<bool(BarField, int)>& allowed) {
  auto chain = decoder_->next(state_);
  if (!guide_) return describe_bar(chain, nullptr, fixed, allowed);
  auto plain = decoder_->next(guide_->plain);
  return describe_bar(chain, &plain, fixed, allowed);
}

std::span<const float> PieceWriter::bar_odds(FieldChain& chain, FieldChain* plain) const {
  const auto logits = chain.logits();
  if (plain) guide_field(static_cast<BarField>(chain.field()), logits, plain->logits(), guide_->guidance);
  return logits;
}

Event PieceWriter::describe_bar(FieldChain& chain, FieldChain* plain,
                                const std::function<std::optional<int>(BarField, const Event&)>& fixed,
                                const std::function<bool(BarField, int)>& allowed) const {
  Event bar{.kind = kBarEvent};
  const auto keep = [&](int value) {
    chain.choose(value);
    if (plain) plain->choose(value);
  };
  for (keep(kBarEvent); !chain.done();) {
    const auto field = static_cast<BarField>(chain.field());
    const auto may = [&](int value) { return value != 0 && allowed(field, value); };
    const auto known = fixed(field, bar);
    Sampling sampling = sampling_;
    if (plain) sampling.temperature *= guided_temperature(field);
    const int value = known ? *known : choose(bar_odds(chain, plain), may, sampling, draw(field));
    bar.values[field] = static_cast<std::uint8_t>(value);
    keep(value);
  }
  return bar;
}

int PieceWriter::choose_kind(std::span<float> logits) const {
  // To the rules a bar is over in one way only, whether another follows or the piece ends.
  logits[kBarEvent] = std::max(logits[kBarEvent], logits[kEndEvent]);
  const auto bar = open_bar();
  BarOdds(bar).bend(logits);
  const BarRules rules(bar);
  const auto may = [&](int kind) {
    return kind != kEndEvent && rules.allows(static_cast<std::uint8_t>(kind));
  };
  for (int kind = 0; kind < kKindCount; ++kind)
    if (may(kind)) return choose(logits, may, sampling_, draw(FieldChain::kKind));
  return kBarEvent;
}

// Nothing where the rules leave nothing to choose.
std::optional<int> PieceWriter::choose_value(const Event& so_far, int field, std::span<float> logits) {
  const auto bar = open_bar();
  const BarRules rules(bar);
  std::array<bool, kMostValues> allowed{};
  for (std::size_t value = 0; value < logits.size(); ++value)
    allowed[value] = rules.allows(so_far, field, static_cast<int>(value));
  if (std::ranges::find(allowed, true) == allowed.end()) return std::nullopt;
  std::array<float, kMostValues> own;
  std::ranges::copy(logits, own.begin());
  BarOdds(bar).bend(so_far, field, logits);
  const auto may = [&](int value) { return allowed[static_cast<std::size_t>(value)]; };
  const int value = choose(logits, may, sampling_, draw(field));
  tally_.surprisal += surprisal_of(std::span(own).first(logits.size()), value);
  return value;
}

// The chords that the brief states come before all that is drawn.
bool PieceWriter::write_given_chord() {
  const std::size_t written = last_bar().size() - 1;
  if (written >= brief_.chords.size()) return false;
  push(brief_.chords[written]);
  return true;
}

std::optional<Event> PieceWriter::draw_event(int last) {
  auto chain = decoder_->next(state_);
  const int kind = choose_kind(chain.logits());
  if (kind == kBarEvent || kind > last) return Event{.kind = kBarEvent};
  Event event{.kind = static_cast<std::uint8_t>(kind)};
  for (chain.choose(kind); !chain.done();) {
    const int field = chain.field();
    const auto value = choose_value(event, field, chain.logits());
    if (!value) {
      exhausted_[static_cast<std::size_t>(kind)] = true;
      return std::nullopt;
    }
    event.values[static_cast<std::size_t>(field)] = static_cast<std::uint8_t>(*value);
    chain.choose(*value);
  }
  return event;
}

const Event* PieceWriter::next_given() const {
  for (std::uint8_t kind = kMelodyEvent; kind <= kFigureEvent; ++kind) {
    const auto& notes = given(kind).notes;
    const auto written = static_cast<std::size_t>(std::ranges::count(last_bar(), kind, &Event::kind));
    if (given(kind).what != Given::kNothing && written < notes.size()) return &notes[written];
  }
  return nullptr;
}

bool PieceWriter::has_free_kind_before(std::uint8_t kind) const {
  const std::uint8_t open = last_bar().back().kind;
  if (open <= kChordEvent && brief_.chords.empty()) return true;
  for (std::uint8_t other = std::max(open, std::uint8_t{kMelodyEvent}); other < kind; ++other)
    if (given(other).what == Given::kNothing) return true;
  return false;
}

// Any pitch that the rules admit; where they admit none, the one of before or the next chord tone below it.
int PieceWriter::pitch_in_rhythm(const Event& note, std::span<float> logits) {
  if (const auto drawn = choose_value(note, kPitch, logits)) return *drawn;
  const Event* chord = chord_at(last_bar(), note.position());
  int pitch = note.values[kPitch];
  while (pitch > 0 && !(grammar_.allows(note, kPitch, pitch) && (!chord || is_chord_tone(*chord, pitch))))
    --pitch;
  return pitch;
}

void PieceWriter::write_given(Event note) {
  auto chain = decoder_->next(state_);
  const bool is_free = given(note.kind).what == Given::kRhythm;
  for (chain.choose(note.kind); !chain.done();) {
    const int field = chain.field();
    auto& value = note.values[static_cast<std::size_t>(field)];
    if (is_free && field == kPitch)
      value = static_cast<std::uint8_t>(pitch_in_rhythm(note, chain.logits()));
    else
      tally_.surprisal += surprisal_of(chain.logits(), value);
    chain.choose(value);
  }
  ++tally_.notes;
  tally_.kept += is_wanted(note);
  push(note);
}

bool PieceWriter::write_event() {
  if (write_given_chord()) return true;
  const Event* given_note = next_given();
  const bool draws = !given_note || has_free_kind_before(given_note->kind);
  const int last = given_note ? given_note->kind : static_cast<int>(kFigureEvent);
  std::optional<Event> event;
  while (draws && !event) event = draw_event(last);
  if (!event || event->is_bar()) {
    if (given_note) write_given(*given_note);
    return given_note != nullptr;
  }
  tally_.notes += event->is_note();
  tally_.kept += is_wanted(*event);
  push(*event);
  return true;
}

bool PieceWriter::is_wanted(const Event& event) const {
  if (event.kind != kMelodyEvent) return false;
  return std::ranges::any_of(melody_wish(), [&](const Event& note) {
    return note.position() == event.position() && note.values[kPitch] == event.values[kPitch];
  });
}

PieceWriter::PhraseFacts PieceWriter::take_phrase_facts() {
  const auto [surprisal, notes, wanted, kept] = std::exchange(tally_, {});
  return {notes ? surprisal / notes : 0, wanted ? static_cast<double>(kept) / wanted : 1};
}

}  // namespace s2m
