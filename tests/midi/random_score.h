// Seeded random scores as the library's stages would write them: sorted, and no pitch sounding twice in a
// track.
#pragma once

#include <algorithm>
#include <array>
#include <string>

#include "story2midi/base/random.h"
#include "story2midi/music/score.h"

namespace s2m {

inline void add_random_maps(Score& score, Random& random) {
  std::int32_t at = 0;
  for (int i = random.between(0, 6); i > 0; --i) {
    score.time_signatures.push_back({at, random.between(1, 12), 1 << random.between(1, 4)});
    const Metre metre = score.time_signatures.back().metre;
    at += random.between(1, 8) * 4 * score.ticks_per_quarter * metre.numerator / metre.denominator;
  }
  at = 0;
  for (int i = random.between(0, 9); i > 0; --i, at += random.between(1, 3000))
    score.tempos.push_back({at, random.between(200'000, 1'500'000)});
  at = 0;
  for (int i = random.between(0, 4); i > 0; --i, at += random.between(1, 9000))
    score.key_signatures.push_back({at, {random.between(0, 11), static_cast<Mode>(random.between(0, 1))}});
  at = 0;
  for (int i = random.between(0, 5); i > 0; --i, at += random.between(0, 5000))
    score.markers.push_back({at, "Szene \u00e9 " + std::to_string(i)});
}

inline Track random_track(int program, Random& random) {
  Track track;
  track.name = "Track " + std::to_string(random.between(0, 999));
  track.program = program;
  std::array<std::int32_t, 128> free_from{};
  std::int32_t at = 0;
  for (int i = random.between(1, 200); i > 0; --i, at += random.between(0, 3) * random.between(0, 240)) {
    const auto pitch = static_cast<std::uint8_t>(random.between(0, 127));
    if (free_from[pitch] > at) continue;
    const int length = random.between(1, 2000);
    track.notes.push_back({at, length, pitch, static_cast<std::uint8_t>(random.between(1, 127))});
    free_from[pitch] = at + length;
  }
  std::ranges::sort(track.notes);
  at = random.between(0, 500);
  for (int i = random.between(0, 20); i > 0; --i) {
    track.pedal.push_back({at, at + random.between(1, 900)});
    at = track.pedal.back().end_ticks + random.between(0, 100);
  }
  return track;
}

// Up to 15 instruments, drums at times, changing metres, tempos, keys and markers.
inline Score random_score(std::uint64_t seed) {
  Random random(seed);
  Score score;
  add_random_maps(score, random);
  for (int i = random.between(0, 15); i > 0; --i)
    score.tracks.push_back(random_track(random.between(0, 127), random));
  if (random.between(0, 1) == 1) {
    score.tracks.push_back(random_track(0, random));
    score.tracks.back().is_drums = true;
  }
  return score;
}

}  // namespace s2m
