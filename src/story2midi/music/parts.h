// A written piece in parts: chords, a melody, a bass and an accompanying figure on a grid of twelve positions per quarter
// note. It holds what a composer writes; velocity, timing and pedal belong to the performance.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "story2midi/music/metre.h"
#include "story2midi/music/score.h"

namespace s2m {

enum class ChordQuality : std::uint8_t {
  kMajor,
  kMinor,
  kDiminished,
  kAugmented,
  kDominant7,
  kMajor7,
  kMinor7,
  kHalfDiminished7,
  kDiminished7,
  kSuspended4,
  kSuspended2
};
inline constexpr int kChordQualityCount = 11;

// Semitones above the root, ascending; the root first.
std::vector<int> chord_intervals(ChordQuality quality);
// As lead sheets write it after the root: "", "m", "dim", "aug", "7", "maj7", "m7", "m7b5", "dim7", "sus4", "sus2".
std::string_view chord_suffix(ChordQuality quality);

// A chord that holds from `start` to the next chord.
struct Chord {
  int start = 0;          // grid positions from the piece's start
  std::uint8_t root = 0;  // pitch class, 0 is C
  ChordQuality quality = ChordQuality::kMajor;
  std::uint8_t bass = 0;  // pitch class of the lowest note
  auto operator<=>(const Chord&) const = default;
};
bool is_chord_tone(const Chord& chord, int pitch);
// The last of `chords`, which ascend, that starts at or before a position; null before the first.
const Chord* chord_in_force(std::span<const Chord> chords, int position);

enum class Part : std::uint8_t { kMelody, kBass, kFigure };
inline constexpr int kPartCount = 3;
std::string_view to_string(Part part);  // "Melody", "Bass", "Accompaniment": names of tracks

struct PartNote {
  int start = 0;            // grid positions from the piece's start
  int length = 1;           // as written, at least 1
  std::uint8_t pitch = 60;  // MIDI key
  auto operator<=>(const PartNote&) const = default;
};

struct PartBar {
  int start = 0;       // grid positions from the piece's start
  int positions = 48;  // its length
  Metre metre;
  double tempo_bpm = 120;       // quarter notes per minute
  std::optional<Key> key = {};  // around this bar, where it is known
  bool operator==(const PartBar&) const = default;
};

struct PartScore {
  Key key;                    // of the piece: home
  std::vector<PartBar> bars;  // side by side, from 0
  std::vector<Chord> chords;  // ascending; empty where they are not known
  // By Part, sorted. Melody and bass are monophonic: a note ends at the next one's start at the latest.
  std::array<std::vector<PartNote>, kPartCount> parts;
  const std::vector<PartNote>& part(Part which) const { return parts[static_cast<std::size_t>(which)]; }
  std::vector<PartNote>& part(Part which) { return parts[static_cast<std::size_t>(which)]; }
  bool operator==(const PartScore&) const = default;
};

// On the grid at kTicksPerQuarter, one track per part that has notes, named by to_string(Part); every note at `velocity`.
Score to_score(const PartScore& piece, int velocity = 64);

}  // namespace s2m
