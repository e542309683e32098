// Events and open bars for tests, written short.
#pragma once

#include <vector>

#include "story2midi/compose/bar_rules.h"
#include "story2midi/events/event.h"

namespace s2m {

inline constexpr int kQuarter = kGridPerQuarter, kHalf = 2 * kQuarter, kWhole = 4 * kQuarter;
// In events the home tonic is C; the fifth above it.
inline constexpr int kTonic = 0, kFifth = 7;

inline Event bar_in(Metre metre) {
  Event event{.kind = kBarEvent};
  event.values[kMetre] = static_cast<std::uint8_t>(metre_value(metre));
  return event;
}

inline Event chord(int position, int degree, ChordQuality quality = ChordQuality::kMajor, int inversion = 0) {
  Event event{.kind = kChordEvent};
  event.values[kChordPosition] = static_cast<std::uint8_t>(position);
  event.values[kDegree] = static_cast<std::uint8_t>(degree);
  event.values[kQuality] = static_cast<std::uint8_t>(quality);
  event.values[kInversion] = static_cast<std::uint8_t>(inversion);
  return event;
}

inline Event note(EventKind kind, int position, int pitch, int length = kQuarter) {
  Event event{.kind = kind};
  event.values[kPosition] = static_cast<std::uint8_t>(position);
  event.values[kPitch] = static_cast<std::uint8_t>(pitch);
  event.values[kDuration] = static_cast<std::uint8_t>(duration_value(length));
  return event;
}

// A bar in the making: in C major, in the middle of a piece, of which nothing but the metre is asked.
class OpenedBar {
 public:
  explicit OpenedBar(Metre metre = {4, 4}) {
    brief.description = bar_in(metre);
    for (const int step : {0, 2, 4, 5, 7, 9, 11}) brief.scale[static_cast<std::size_t>(step)] = true;
    brief.bars_left = 9;
    brief.positions_left = 9 * bar_length(metre);
    grammar_.push(brief.description);
  }
  OpenedBar& write(const std::vector<Event>& events) {
    for (const Event& event : events) {
      grammar_.push(event);
      if (event.is_note()) sounding.push(event);
      written_.push_back(event);
    }
    return *this;
  }
  OpenBar open() const { return {grammar_, brief, sounding, written_, {}}; }
  BarRules rules() const { return BarRules(open()); }

  BarBrief brief;
  Sounding sounding;

 private:
  Grammar grammar_;
  std::vector<Event> written_;
};

}  // namespace s2m
