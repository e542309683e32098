// Music of known structure for the tests of measures: bars made of given notes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "story2midi/base/random.h"
#include "story2midi/music/score.h"

namespace s2m::testing {

struct BarNote {
  int sixteenth = 0;  // of its bar
  int pitch = 60;
};

// Bars of 4/4 at 120 bpm, two seconds each; every note lasts a sixteenth.
inline Score of_bars(const std::vector<std::vector<BarNote>>& bars) {
  Score score;
  score.tracks.emplace_back();
  std::int32_t start = 0;
  for (const auto& bar : bars) {
    for (const BarNote& note : bar)
      score.tracks[0].notes.push_back(
          {start + note.sixteenth * 120, 120, static_cast<std::uint8_t>(note.pitch), 80});
    start += 1920;
  }
  std::sort(score.tracks[0].notes.begin(), score.tracks[0].notes.end());
  return score;
}

inline std::vector<BarNote> random_bar(Random& random, int notes = 8) {
  std::vector<BarNote> bar;
  for (int i = 0; i < notes; ++i) bar.push_back({random.between(0, 15), random.between(48, 84)});
  return bar;
}

inline Score random_bars(int count, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::vector<BarNote>> bars;
  for (int i = 0; i < count; ++i) bars.push_back(random_bar(random));
  return of_bars(bars);
}

// `count` bars in which a phrase of `phrase` random bars comes again and again.
inline Score repeated_phrase(int phrase, int count, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::vector<BarNote>> bars;
  for (int i = 0; i < phrase; ++i) bars.push_back(random_bar(random));
  while (static_cast<int>(bars.size()) < count)
    bars.push_back(bars[bars.size() - static_cast<std::size_t>(phrase)]);
  return of_bars(bars);
}

}  // namespace s2m::testing
