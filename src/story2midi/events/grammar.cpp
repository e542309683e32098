#include <algorithm>
#include <string>

#include "story2midi/base/error.h"
#include "story2midi/events/event.h"

namespace s2m {
namespace {

std::string text(const Event& event) {
  std::string result =
      event.kind < kKindCount ? std::string(kKindNames[event.kind]) : std::to_string(event.kind);
  for (std::size_t field = 0; field < fields_of(event.kind).size(); ++field)
    result += " " + std::to_string(event.values[field]);
  return result;
}

bool is_monophonic(std::uint8_t kind) { return kind == kMelodyEvent || kind == kBassEvent; }

}  // namespace

std::span<const FieldSpec> fields_of(std::uint8_t kind) {
  if (kind == kBarEvent) return kBarFields;
  if (kind == kChordEvent) return kChordFields;
  if (kind >= kMelodyEvent && kind <= kFigureEvent) return kNoteFields;
  return {};
}

int Event::length() const { return kDurations[values[kDuration]]; }

// Where the next event of that kind may stand at the earliest.
int Grammar::first_position(std::uint8_t kind) const {
  if (is_monophonic(kind)) return free_from_[static_cast<std::size_t>(kind - kMelodyEvent)];
  if (last_.kind != kind) return 0;
  if (kind == kChordEvent) return last_.position() + 1;
  return last_.position() + (last_.values[kPitch] == 0);
}

bool Grammar::allows(std::uint8_t kind) const {
  if (ended_ || kind >= kStartEvent) return false;
  if (kind == kBarEvent) return true;
  if (!started_) return false;
  if (kind == kEndEvent) return true;
  return kind >= last_.kind && first_position(kind) < bar_positions_;
}

bool Grammar::allows(const Event& so_far, int field, int value) const {
  const auto fields = fields_of(so_far.kind);
  if (value < 0 || field < 0 || field >= static_cast<int>(fields.size())) return false;
  if (value >= fields[static_cast<std::size_t>(field)].size) return false;
  if (so_far.is_bar()) return field != kMetre || value != 0;
  if (field == kPosition) {
    const bool opens_chords = so_far.is_chord() && last_.kind != kChordEvent;
    return value >= first_position(so_far.kind) && value < bar_positions_ && (!opens_chords || value == 0);
  }
  const bool joins_chord =
      so_far.kind == kFigureEvent && last_.kind == kFigureEvent && so_far.position() == last_.position();
  return !(joins_chord && field == kPitch) || value < last_.values[kPitch];
}

void Grammar::push(const Event& event) {
  bool allowed = allows(event.kind);
  const int fields = static_cast<int>(fields_of(event.kind).size());
  for (int field = 0; field < fields && allowed; ++field)
    allowed = allows(event, field, event.values[static_cast<std::size_t>(field)]);
  if (!allowed)
    throw Error("events", "not allowed here", "an event that follows " + text(last_), text(event));
  if (event.is_bar()) {
    for (int& free : free_from_) free = std::max(0, free - bar_positions_);
    bar_positions_ = s2m::bar_positions(metre_of(event.values[kMetre]));
  }
  if (is_monophonic(event.kind))
    free_from_[static_cast<std::size_t>(event.kind - kMelodyEvent)] = event.position() + event.length();
  started_ = true;
  ended_ = event.kind == kEndEvent;
  last_ = event;
}

}  // namespace s2m
