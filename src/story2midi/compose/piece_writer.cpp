#include "story2midi/compose/piece_writer.h"

#include <algorithm>

#include "story2midi/base/random.h"
#include "story2midi/compose/guidance.h"
#include "story2midi/plan/sections.h"

namespace s2m {
namespace {

constexpr std::size_t kAlikeBars = 3;        // so many bars of the same notes are a dead end
constexpr double kUnstickTemperature = 1.5;  // times the asked one, until a bar differs

// Positions are drawn from flatter odds than what stands on them: at the asked temperature alone nearly all
// stand on eighths.
constexpr double kPositionTemperature = 1.5;

// How much likelier it becomes that a bar does what the bar did that it takes up. What stands a period
// back or more needs more of it, for what lies between leads elsewhere.
constexpr double kThemeNats = 3.5;
constexpr double kRefrainNats = 5;

bool same_key(const Event& a, const Event& b) {
  return a.kind_or_position == b.kind_or_position &&
         (!a.is_note() || (a.values[kVoice] == b.values[kVoice] && a.values[kPitch] == b.values[kPitch]));
}

}  // namespace

PieceWriter::PieceWriter(const Decoder& decoder, DecoderState state, std::uint64_t seed,
                         const Sampling& sampling)
    : decoder_(decoder), seed_(seed), sampling_(sampling), state_(std::move(state)) {}

void PieceWriter::push(const Event& event) {
  grammar_.push(event);
  if (event.is_bar()) bar_starts_.push_back(events_.size());
  events_.push_back(event);
}

// An Event's ten bytes are the decoder's.
std::span<const std::uint8_t> PieceWriter::pending_event() const {
  static_assert(sizeof(Event) == kEventBytes);
  return {reinterpret_cast<const std::uint8_t*>(&events_.back()), kEventBytes};
}

double PieceWriter::draw(int field) const {
  constexpr std::uint64_t kFieldSlots = 16;
  const std::uint64_t bar = bar_starts_.size();
  const std::uint64_t in_bar = events_.size() - (bar_starts_.empty() ? 0 : bar_starts_.back());
  return random_uniform(seed_, bar, in_bar * kFieldSlots + static_cast<std::uint64_t>(field + 1));
}

void PieceWriter::feed() {
  decoder_.feed(state_, pending_event());
  if (guide_) decoder_.feed(guide_->plain, pending_event());
}

Event PieceWriter::open_bar(const std::function<std::optional<int>(BarField, const Event&)>& fixed,
                            const std::function<bool(BarField, int)>& allowed) {
  Event bar;
  {
    auto chain = decoder_.next(state_);
    if (guide_) {
      auto plain = decoder_.next(guide_->plain);
      bar = describe_bar(chain, &plain, fixed, allowed);
    } else {
      bar = describe_bar(chain, nullptr, fixed, allowed);
    }
  }
  push(bar);
  return bar;
}

std::span<const float> PieceWriter::bar_odds(FieldChain& chain, FieldChain* plain) const {
  const auto logits = chain.logits();
  if (plain) {
    guide_field(static_cast<BarField>(chain.field()), logits, plain->logits(), guide_->guidance);
  }
  return logits;
}

Event PieceWriter::describe_bar(FieldChain& chain, FieldChain* plain,
                                const std::function<std::optional<int>(BarField, const Event&)>& fixed,
                                const std::function<bool(BarField, int)>& allowed) const {
  Event bar{.kind_or_position = kBarEvent};
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

// True when the last bars hold the same notes.
bool PieceWriter::is_stuck() const {
  const std::size_t open = bar_starts_.size() - 1;
  if (open < kAlikeBars) return false;
  const auto last = bar_at(open - 1);
  for (std::size_t back = 2; back <= kAlikeBars; ++back) {
    const auto earlier = bar_at(open - back);
    if (!std::equal(last.begin() + 1, last.end(), earlier.begin() + 1, earlier.end(), same_key)) return false;
  }
  return true;
}

std::span<const Event> PieceWriter::bar_at(std::size_t index) const {
  const std::size_t end = index + 1 < bar_starts_.size() ? bar_starts_[index + 1] : events_.size();
  return std::span(events_).subspan(bar_starts_[index], end - bar_starts_[index]);
}

Theme PieceWriter::theme_of(int takes_up, Mode mode) const {
  const auto open = bar_starts_.size() - 1;
  if (takes_up < 1 || static_cast<std::size_t>(takes_up) > open) return {};
  const auto mode_of = [](const Event& bar) { return bar.values[kMode] == 2 ? Mode::kMinor : Mode::kMajor; };
  const auto bar = bar_at(static_cast<std::size_t>(takes_up) - 1);
  if (bar_positions(metre_of(bar[0].values[kMetre])) !=
      bar_positions(metre_of(bar_at(open)[0].values[kMetre])))
    return {};
  const bool long_ago = open + 1 - static_cast<std::size_t>(takes_up) >= kPeriodBars;
  return Theme(bar.subspan(1), mode_of(bar[0]), mode, long_ago ? kRefrainNats : kThemeNats);
}

void PieceWriter::begin_notes(const BarPlace& place, int takes_up) {
  bar_sampling_ = sampling_;
  if (is_stuck()) bar_sampling_.temperature = std::max(1.0, sampling_.temperature) * kUnstickTemperature;
  rules_.emplace(grammar_, place);
  odds_.emplace(place, theme_of(takes_up, place.mode));
}

int PieceWriter::choose_kind(std::span<float> logits) const {
  // To the rules a bar is over in one way only, whether another follows or the piece ends.
  logits[kBarEvent] = std::max(logits[kBarEvent], logits[kEndEvent]);
  odds_->bend({events_, rules_->written()}, logits);
  const Sampling sampling{bar_sampling_.temperature * kPositionTemperature, bar_sampling_.top_p};
  return choose(
      logits, [&](int kind) { return rules_->allows(kind); }, sampling, draw(FieldChain::kKind));
}

int PieceWriter::choose_value(const Event& note, NoteField field, std::span<float> logits) const {
  odds_->bend({events_, rules_->written()}, note, field, logits);
  return choose(
      logits, [&](int value) { return rules_->allows(note, field, value); }, bar_sampling_, draw(field));
}

bool PieceWriter::write_note() {
  auto chain = decoder_.next(state_);
  const int kind = choose_kind(chain.logits());
  if (kind == kBarEvent) return false;
  Event note{.kind_or_position = static_cast<std::uint8_t>(kind)};
  for (chain.choose(kind); !chain.done();) {
    const auto field = static_cast<NoteField>(chain.field());
    const int value = choose_value(note, field, chain.logits());
    note.values[field] = static_cast<std::uint8_t>(value);
    chain.choose(value);
  }
  rules_->push(note);
  push(note);
  return true;
}

}  // namespace s2m
