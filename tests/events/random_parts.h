// Seeded random pieces in parts and random walks through the grammar.
#pragma once

#include <algorithm>

#include "story2midi/base/random.h"
#include "story2midi/events/event.h"

namespace s2m::testing {

inline Key random_key(Random& random) {
  return {random.between(0, 11), random.below(2) ? Mode::kMajor : Mode::kMinor};
}

// Metres and tempos change; notes lie anywhere on the grid, so that monophonic parts overlap and bars are empty.
inline PartScore random_parts(Random& random) {
  PartScore score;
  score.key = random_key(random);
  int end = 0;
  for (int i = random.between(1, 24); i > 0; --i) {
    PartBar bar{.start = end, .metre = metre_of(random.between(1, kBarFields[kMetre].size - 1))};
    bar.positions = bar_positions(bar.metre);
    bar.tempo_bpm = 20 + 250 * random.uniform();
    if (random.below(2)) bar.key = random_key(random);
    score.bars.push_back(bar);
    end += bar.positions;
  }
  for (int at = random.between(0, 40); at < end; at += random.between(1, 90)) {
    const auto pitch_class = [&] { return static_cast<std::uint8_t>(random.below(12)); };
    score.chords.push_back(
        {at, pitch_class(), static_cast<ChordQuality>(random.below(kChordQualityCount)), pitch_class()});
  }
  for (auto& part : score.parts) {
    for (int i = random.between(0, 60); i > 0; --i)
      part.push_back({random.between(0, end - 1), random.between(1, 200),
                      static_cast<std::uint8_t>(random.between(0, 127))});
    std::ranges::sort(part);
  }
  score.parts[0].push_back({end / 2, 12, 72});
  std::ranges::sort(score.parts[0]);
  return score;
}

// Draws whatever the grammar allows, field by field, for `steps` events, then ends.
inline EventPiece random_walk(Random& random, int steps) {
  EventPiece piece{random_key(random), {}};
  Grammar grammar;
  while (!grammar.ended()) {
    Event event;
    const bool end = static_cast<int>(piece.events.size()) >= steps;
    do event.kind = static_cast<std::uint8_t>(end ? std::uint64_t{kEndEvent} : random.below(kKindCount));
    while (!grammar.allows(event.kind));
    const auto fields = fields_of(event.kind);
    for (int field = 0; field < static_cast<int>(fields.size()); ++field) {
      int value = 0;
      do value = random.between(0, fields[static_cast<std::size_t>(field)].size - 1);
      while (!grammar.allows(event, field, value));
      event.values[static_cast<std::size_t>(field)] = static_cast<std::uint8_t>(value);
    }
    grammar.push(event);
    piece.events.push_back(event);
  }
  return piece;
}

}  // namespace s2m::testing
