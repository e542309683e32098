#include "story2midi/arrange/voicing.h"

#include <algorithm>
#include <cmath>

namespace s2m {
namespace {

constexpr int kLowClose = 48, kMajorThird = 4;

struct Taken {
  std::vector<int> pitches;
  bool has_pitch(int pitch) const { return std::ranges::find(pitches, pitch) != pitches.end(); }
  bool has_name(int pitch) const {
    return std::ranges::any_of(pitches, [&](int one) { return (one - pitch) % 12 == 0; });
  }
};

double cost_of(int pitch, const ChordSpace& space, const VoicePlace& voice, const Taken& taken) {
  const double home = std::clamp(std::min((voice.home.lowest + voice.home.highest) / 2, space.ceiling - 3),
                                 voice.hard.lowest, voice.hard.highest);
  double cost = .5 * std::abs(pitch - home);
  if (voice.before) cost += .7 * std::abs(pitch - *voice.before);
  if (taken.has_name(pitch)) cost += 6;
  if (taken.has_pitch(pitch)) cost += 12;
  if ((pitch - space.chord.root) % 12 == 0) cost += 1;  // the bass has it as a rule
  if (pitch >= space.ceiling) cost += 6 + .5 * (pitch - space.ceiling);
  if (pitch <= space.floor) cost += 8;
  if (pitch < kLowClose && pitch - space.floor < kMajorThird) cost += 8;
  if (!taken.pitches.empty() && pitch > taken.pitches.back()) cost += 3;
  return cost;
}

}  // namespace

std::vector<int> voice_chord(const ChordSpace& space, std::span<const VoicePlace> voices) {
  Taken taken;
  for (const VoicePlace& voice : voices) {
    int best = voice.hard.lowest;
    double least = 1e9;
    for (int pitch = voice.hard.lowest; pitch <= voice.hard.highest; ++pitch) {
      if (!is_chord_tone(space.chord, pitch)) continue;
      const double cost = cost_of(pitch, space, voice, taken);
      if (cost < least) least = cost, best = pitch;
    }
    taken.pitches.push_back(best);
  }
  return taken.pitches;
}

}  // namespace s2m
