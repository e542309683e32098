// Small scores that the tests of music are played on.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "story2midi/base/random.h"
#include "story2midi/music/score.h"

namespace s2m::testing {

// One track of quarters, one pitch after another, from tick 0.
inline Score melody(std::initializer_list<int> pitches) {
  Score score;
  score.tracks.emplace_back();
  std::int32_t start = 0;
  for (int pitch : pitches) {
    score.tracks[0].notes.push_back({start, 480, static_cast<std::uint8_t>(pitch), 80});
    start += 480;
  }
  return score;
}

inline Score transposed(Score score, int semitones) {
  for (Track& track : score.tracks)
    for (Note& note : track.notes) note.pitch = static_cast<std::uint8_t>(note.pitch + semitones);
  return score;
}

// A performance: ticks are milliseconds, whatever beats it has.
inline Score performance() {
  Score score;
  score.ticks_per_quarter = 500;
  score.tracks.emplace_back();
  return score;
}

// Plays bass and chord on the beats, weaker eighths and sixteenths between them, each moved by up to
// `jitter_seconds` either way. The first beat of every bar of `beats_per_bar` is lower, louder and brings new
// harmony.
inline Score play(const std::vector<double>& beats, int beats_per_bar, double jitter_seconds) {
  Score score = performance();
  Random random(11);
  const auto add = [&](double seconds, double length, int pitch, int velocity) {
    const double moved = seconds + jitter_seconds * (2 * random.uniform() - 1);
    score.tracks[0].notes.push_back({static_cast<std::int32_t>(moved * 1000 + 0.5),
                                     static_cast<std::int32_t>(length * 1000),
                                     static_cast<std::uint8_t>(pitch), static_cast<std::uint8_t>(velocity)});
  };
  for (std::size_t i = 0; i + 1 < beats.size(); ++i) {
    const double length = beats[i + 1] - beats[i];
    const int root = static_cast<int>(i) / beats_per_bar % 2 ? 43 : 48;
    const bool downbeat = i % static_cast<std::size_t>(beats_per_bar) == 0;
    add(beats[i], length * 0.9, downbeat ? root : root + 7, downbeat ? 90 : 75);
    add(beats[i], length * 0.9, root + 16, 70);
    add(beats[i] + length / 2, length * 0.4, root + 19 + static_cast<int>(i % 2) * 5, 55);
    if (i % 2) add(beats[i] + length * 0.75, length * 0.2, root + 24, 55);
  }
  std::sort(score.tracks[0].notes.begin(), score.tracks[0].notes.end());
  return score;
}

}  // namespace s2m::testing
