// Seeded random scores and random walks through the grammar.
#pragma once

#include <algorithm>

#include "story2midi/base/random.h"
#include "story2midi/events/event.h"

namespace s2m::testing {

inline Track random_track(Random& random, int ticks_per_quarter, int notes) {
  Track track;
  for (int i = 0; i < notes; ++i)
    track.notes.push_back({random.between(0, 40 * ticks_per_quarter),
                           random.between(1, 6 * ticks_per_quarter),
                           static_cast<std::uint8_t>(random.between(0, 127)),
                           static_cast<std::uint8_t>(random.between(1, 127))});
  std::sort(track.notes.begin(), track.notes.end());
  return track;
}

// Metres, tempos, grids and keys change; notes lie anywhere, many of them beside the grid.
inline Score random_score(Random& random) {
  constexpr int kGrids[] = {1, 24, 96, 480, 1024, 10080};
  constexpr int kDenominators[] = {1, 2, 4, 8, 16};
  constexpr const char* kNames[] = {"", "MELODY", "BRIDGE", "PIANO", "Bass", "Drums"};
  Score score;
  score.ticks_per_quarter = kGrids[random.below(std::size(kGrids))];
  for (int i = random.between(0, 4), at = 0; i > 0; --i) {
    score.time_signatures.push_back({at, random.between(1, 13), kDenominators[random.below(5)]});
    at += random.between(score.ticks_per_quarter, 12 * score.ticks_per_quarter);
  }
  for (int i = random.between(0, 6), at = 0; i > 0; --i) {
    score.tempos.push_back(Tempo::from_bpm(at, 20.0 + 250 * random.uniform()));
    at += random.between(1, 8 * score.ticks_per_quarter);
  }
  for (int i = random.between(0, 4); i > 0; --i) {
    score.tracks.push_back(random_track(random, score.ticks_per_quarter, random.between(0, 150)));
    score.tracks.back().name = kNames[random.below(std::size(kNames))];
    score.tracks.back().is_drums = score.tracks.back().name == "Drums";
  }
  return score;
}

inline Key random_key(Random& random) {
  return {random.between(0, 11), random.below(2) ? Mode::kMajor : Mode::kMinor};
}

// Draws whatever the grammar allows, field by field, for `steps` events, then ends.
inline EventPiece random_walk(Random& random, int steps) {
  EventPiece piece{random_key(random), {}};
  Grammar grammar;
  while (!grammar.ended()) {
    Event event;
    const bool end = static_cast<int>(piece.events.size()) >= steps;
    do event.kind_or_position = end ? kEndEvent : static_cast<std::uint8_t>(random.below(kKindCount));
    while (!grammar.allows(event.kind_or_position));
    if (event.is_bar()) {
      for (std::size_t i = 0; i < kBarFieldCount; ++i)
        event.values[i] =
            static_cast<std::uint8_t>(random.below(static_cast<std::uint64_t>(kBarFields[i].size)));
      event.values[kMetre] = static_cast<std::uint8_t>(random.between(1, kBarFields[kMetre].size - 1));
    }
    if (event.is_note())
      for (const NoteField field : {kVoice, kPitch, kDuration, kVelocity}) {
        int value = 0;
        do value = random.between(0, kNoteFields[field].size - 1);
        while (!grammar.allows(event, field, value));
        event.values[field] = static_cast<std::uint8_t>(value);
      }
    grammar.push(event);
    piece.events.push_back(event);
  }
  return piece;
}

}  // namespace s2m::testing
