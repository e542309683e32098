#include "compose/piece_writer.h"

#include <algorithm>

#include "base/random.h"

namespace s2m {
namespace {

constexpr std::size_t kAlikeBars = 3;        // so many bars of the same notes are a dead end
constexpr double kUnstickTemperature = 1.5;  // times the asked one, until a bar differs

// What notes foreign to the key cost, so that the key is heard. With an early decoder a key finder found 18
// of 18 keys at one nat and 14 at half a nat.
constexpr float kForeignNats = 1;

void stay_in_key(Mode mode, std::span<float> pitch_logits) {
  for (std::size_t pitch = 0; pitch < pitch_logits.size(); ++pitch)
    if (is_foreign(mode, static_cast<int>(pitch))) pitch_logits[pitch] -= kForeignNats;
}

bool same_key(const Event& a, const Event& b) {
  return a.what == b.what &&
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
std::span<const std::uint8_t> PieceWriter::unheard() const {
  static_assert(sizeof(Event) == kEventBytes);
  return {reinterpret_cast<const std::uint8_t*>(&events_.back()), kEventBytes};
}

double PieceWriter::draw(int field) const {
  constexpr std::uint64_t kFieldSlots = 16;
  const std::uint64_t bar = bar_starts_.size();
  const std::uint64_t in_bar = events_.size() - (bar_starts_.empty() ? 0 : bar_starts_.back());
  return random_uniform(seed_, bar, in_bar * kFieldSlots + static_cast<std::uint64_t>(field + 1));
}

Event PieceWriter::open_bar(const std::function<std::optional<int>(BarField, const Event&)>& fixed,
                            const std::function<bool(BarField, int)>& allowed) {
  Event bar{.what = kBarEvent};
  auto chain = decoder_.next(state_);
  chain.choose(kBarEvent);
  while (!chain.done()) {
    const auto field = static_cast<BarField>(chain.field());
    const auto may = [&](int value) { return value != 0 && allowed(field, value); };
    const auto told = fixed(field, bar);
    const int value = told ? *told : choose(chain.logits(), may, sampling_, draw(field));
    bar.values[field] = static_cast<std::uint8_t>(value);
    chain.choose(value);
  }
  push(bar);
  return bar;
}

// True when the last bars hold the same notes.
bool PieceWriter::is_stuck() const {
  if (bar_starts_.size() <= kAlikeBars) return false;
  const auto bar_at = [&](std::size_t back) {
    const auto bar = bar_starts_.size() - 1 - back;
    return std::span(events_).subspan(bar_starts_[bar], bar_starts_[bar + 1] - bar_starts_[bar]);
  };
  const auto last = bar_at(1);
  for (std::size_t back = 2; back <= kAlikeBars; ++back)
    if (!std::equal(last.begin() + 1, last.end(), bar_at(back).begin() + 1, bar_at(back).end(), same_key))
      return false;
  return true;
}

void PieceWriter::begin_notes(const BarPlace& place) {
  bar_sampling_ = sampling_;
  if (is_stuck()) bar_sampling_.temperature = std::max(1.0, sampling_.temperature) * kUnstickTemperature;
  rules_.emplace(grammar_, place);
  mode_ = place.mode;
}

bool PieceWriter::write_note() {
  auto chain = decoder_.next(state_);
  const auto logits = chain.logits();
  // To the rules a bar is over in one way only, whether another follows or the piece ends.
  logits[kBarEvent] = std::max(logits[kBarEvent], logits[kEndEvent]);
  const int what = choose(
      logits, [&](int w) { return rules_->allows(w); }, bar_sampling_, draw(FieldChain::kWhat));
  if (what == kBarEvent) return false;
  Event note{.what = static_cast<std::uint8_t>(what)};
  for (chain.choose(what); !chain.done();) {
    const auto field = static_cast<NoteField>(chain.field());
    const auto may = [&](int value) { return rules_->allows(note, field, value); };
    const auto odds = chain.logits();
    if (field == kPitch) stay_in_key(mode_, odds);
    const int value = choose(odds, may, bar_sampling_, draw(field));
    note.values[field] = static_cast<std::uint8_t>(value);
    chain.choose(value);
  }
  rules_->push(note);
  push(note);
  return true;
}

}  // namespace s2m
