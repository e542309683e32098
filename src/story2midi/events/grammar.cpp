#include <string>

#include "story2midi/base/error.h"
#include "story2midi/events/event.h"

namespace s2m {
namespace {

std::string text(const Event& event) {
  std::string result = std::to_string(event.kind_or_position) + ":";
  for (const std::uint8_t value : event.values) result += " " + std::to_string(value);
  return result;
}

bool describes_bar(const Event& event) {
  for (std::size_t field = 0; field < kBarFieldCount; ++field)
    if (event.values[field] >= kBarFields[field].size) return false;
  return event.values[kMetre] != 0;
}

}  // namespace

bool Grammar::allows(std::uint8_t kind_or_position) const {
  if (ended_) return false;
  if (kind_or_position == kBarEvent) return true;
  if (kind_or_position == kEndEvent) return started_;
  if (!started_ || kind_or_position >= bar_positions_) return false;
  if (!last_.is_note() || kind_or_position > last_.kind_or_position) return true;
  const bool room = last_.values[kVoice] + 1 < kNoteFields[kVoice].size || last_.values[kPitch] > 0;
  return kind_or_position == last_.kind_or_position && room;
}

bool Grammar::allows(const Event& so_far, NoteField field, int value) const {
  if (value < 0 || value >= kNoteFields[field].size) return false;
  if (!last_.is_note() || so_far.kind_or_position != last_.kind_or_position) return true;
  const int voice = last_.values[kVoice], pitch = last_.values[kPitch];
  if (field == kVoice) return value > voice || (value == voice && pitch > 0);
  if (field == kPitch) return so_far.values[kVoice] != voice || value < pitch;
  return true;
}

void Grammar::push(const Event& event) {
  bool allowed = allows(event.kind_or_position);
  if (event.is_bar()) allowed = allowed && describes_bar(event);
  if (event.is_note())
    for (const NoteField field : {kVoice, kPitch, kDuration, kVelocity})
      allowed = allowed && allows(event, field, event.values[field]);
  if (!allowed)
    throw Error("events", "not allowed here", "an event that follows " + text(last_), text(event));
  if (event.is_bar()) bar_positions_ = s2m::bar_positions(metre_of(event.values[kMetre]));
  started_ = true;
  ended_ = event.kind_or_position == kEndEvent;
  last_ = event;
}

}  // namespace s2m
