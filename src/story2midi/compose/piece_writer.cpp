#include "story2midi/compose/piece_writer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "story2midi/base/random.h"

namespace s2m {
namespace {

constexpr std::size_t kMostValues = 256;  // of a field

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
  if (event.is_note()) sounding_.push(event);
  events_.push_back(event);
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
  const double highest = *std::ranges::max_element(logits);
  double sum = 0;
  for (const float logit : logits) sum += std::exp(logit - highest);
  std::array<float, kMostValues> own;
  std::ranges::copy(logits, own.begin());
  BarOdds(bar).bend(so_far, field, logits);
  const auto may = [&](int value) { return allowed[static_cast<std::size_t>(value)]; };
  const int value = choose(logits, may, sampling_, draw(field));
  tally_.surprisal += std::log(sum) - (own[static_cast<std::size_t>(value)] - highest);
  return value;
}

// The chords that the brief states come before all that is drawn.
bool PieceWriter::write_given_chord() {
  const std::size_t written = last_bar().size() - 1;
  if (written >= brief_.chords.size()) return false;
  push(brief_.chords[written]);
  return true;
}

std::optional<Event> PieceWriter::draw_event() {
  auto chain = decoder_->next(state_);
  const int kind = choose_kind(chain.logits());
  if (kind == kBarEvent) return Event{.kind = kBarEvent};
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

bool PieceWriter::write_event() {
  if (write_given_chord()) return true;
  std::optional<Event> event;
  while (!event) event = draw_event();
  if (event->is_bar()) return false;
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
