// The triad that fits a stretch of music best, and its key by Krumhansl and Kessler's profiles.
#pragma once

#include <cstdint>
#include <optional>

#include "story2midi/music/key.h"

namespace s2m {

enum class TriadQuality : std::uint8_t { kMajor, kMinor, kDiminished };
inline constexpr int kTriadQualities = 3;
inline constexpr int kTriads = 12 * kTriadQualities;

struct Triad {
  int root = 0;  // pitch class
  TriadQuality quality = TriadQuality::kMajor;
  bool operator==(const Triad&) const = default;
  // 0 to kTriads - 1, the root counted from `tonic`.
  int index(int tonic) const { return (root - tonic + 12) % 12 + 12 * static_cast<int>(quality); }
};

// The triad that holds the largest share of the sounding time; a root in the bass counts for .06 more. `bass` is the
// pitch class of the lowest note. Nothing without any weight.
std::optional<Triad> best_triad(const PitchClassWeights& weights, int bass);

// By the correlation of the weights with the profiles of Krumhansl and Kessler (1982). C major without any weight.
Key key_by_profiles(const PitchClassWeights& weights);

}  // namespace s2m
