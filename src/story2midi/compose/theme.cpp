#include "story2midi/compose/theme.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace s2m {
namespace {

// The order of the grammar: position, voice, falling pitch.
auto place_of(const Event& note) {
  return std::tuple(note.position(), note.values[kVoice], -note.values[kPitch]);
}

// A pitch of one mode as the same degree of the parallel mode; the tonic stands at C.
int in_mode(int pitch, Mode from, Mode to) {
  if (from == to) return pitch;
  constexpr std::array<int, 12> kToMinor{0, 0, 0, 0, -1, 0, 0, 0, 0, -1, 0, 0};
  constexpr std::array<int, 12> kToMajor{0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0};
  const auto& steps = to == Mode::kMinor ? kToMinor : kToMajor;
  return pitch + steps[static_cast<std::size_t>(pitch % 12)];
}

}  // namespace

Theme::Theme(std::span<const Event> notes, Mode from, Mode to, double nats)
    : notes_(notes.begin(), notes.end()), nats_(static_cast<float>(nats)) {
  for (Event& note : notes_)
    if (note.values[kVoice] != kDrums)
      note.values[kPitch] = static_cast<std::uint8_t>(in_mode(note.values[kPitch], from, to));
}

// The theme's first note behind the last that was written; nothing where it has no more.
const Event* Theme::next(std::span<const Event> so_far) const {
  const auto found = std::ranges::find_if(
      notes_, [&](const Event& note) { return so_far.empty() || place_of(note) > place_of(so_far.back()); });
  return found == notes_.end() ? nullptr : &*found;
}

void Theme::favour(std::span<const Event> so_far, std::span<float> kind_logits) const {
  if (notes_.empty()) return;
  const Event* note = next(so_far);
  kind_logits[note ? note->position() : kBarEvent] += nats_;
}

void Theme::favour(std::span<const Event> so_far, const Event& note, NoteField field,
                   std::span<float> logits) const {
  if (field == kVelocity) return;  // the plan says how loud
  const auto fits = [&](const Event& known) {
    const bool ahead = so_far.empty() || place_of(known) > place_of(so_far.back());
    return ahead && known.position() == note.position() &&
           std::equal(known.values.begin(), known.values.begin() + field, note.values.begin());
  };
  const auto found = std::ranges::find_if(notes_, fits);
  if (found != notes_.end()) logits[found->values[field]] += nats_;
}

}  // namespace s2m
