#include "story2midi/notation/pitch_spelling.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "story2midi/music/key.h"

namespace s2m {
namespace {

constexpr int kFlat2 = -5, kSharp4 = 6;  // about the tonic, on the line of fifths
constexpr int kLeadingTone = 5;
constexpr int kSemitoneUp = -5;

constexpr int wrap(int value, int size) { return ((value % size) + size) % size; }
constexpr int floor_over(int value, int size) { return (value - wrap(value, size)) / size; }

int alter_of(int fifths) { return floor_over(fifths + 1, 7); }
int step_of(int fifths) {
  constexpr std::array kSteps{3, 0, 4, 1, 5, 2, 6};  // F C G D A E B
  return kSteps[static_cast<std::size_t>(wrap(fifths + 1, 7))];
}

// The place of a pitch class at `lowest` or up to eleven fifths above.
int place_from(int pitch, int lowest) { return lowest + wrap(7 * pitch - lowest, 12); }

int tonic_of(Key key) { return sharps_of(key) + (key.mode == Mode::kMinor ? 3 : 0); }

bool is_in_signature(int fifths, Key key) {
  const int above_f = fifths - sharps_of(key);
  return above_f >= -1 && above_f <= 5;
}

// Fifths of a chord tone above the root, by semitones.
int fifths_of_tone(ChordQuality quality, int semitones) {
  if (semitones == 6) return -6;
  if (semitones == 8) return 8;
  if (semitones == 9 && quality == ChordQuality::kDiminished7) return -9;
  constexpr std::array kUsual{0, -5, 2, -3, 4, -1, -6, 1, -4, 3, -2, 5};
  return kUsual[static_cast<std::size_t>(semitones)];
}

// A white key written as a black one, or a double accidental.
bool is_remote(int fifths) {
  const int alter = alter_of(fifths), step = step_of(fifths);
  if (std::abs(alter) > 1) return true;
  return (alter == 1 && (step == 2 || step == 6)) || (alter == -1 && (step == 0 || step == 3));
}

int plainer(int fifths) { return fifths > 0 ? fifths - 12 : fifths + 12; }

std::optional<int> as_chord_tone(int pitch, const TonalPlace& place) {
  if (!place.chord || !is_chord_tone(*place.chord, pitch)) return std::nullopt;
  const int root = place_from(place.chord->root, tonic_of(place.key) + kFlat2);
  const int semitones = wrap(pitch - place.chord->root, 12);
  const int fifths = root + fifths_of_tone(place.chord->quality, semitones);
  const bool is_sharp_third = semitones == 4 && alter_of(fifths) == 1;
  const bool stands = !is_remote(fifths) || is_in_signature(fifths, place.key) || is_sharp_third;
  return stands ? std::optional(fifths) : std::nullopt;
}

// The letter below the next one a semitone higher, or above the next one a semitone lower.
std::optional<int> as_neighbour(int pitch, const TonalPlace& place, std::optional<int> next) {
  if (!next || std::abs(*next - pitch) != 1) return std::nullopt;
  const int goal = line_of_fifths(*next, place);
  const int fifths = *next > pitch ? goal - kSemitoneUp : goal + kSemitoneUp;
  return is_remote(fifths) ? std::nullopt : std::optional(fifths);
}

}  // namespace

int line_of_fifths(int pitch, const TonalPlace& place, std::optional<int> next) {
  if (const auto fifths = as_chord_tone(pitch, place)) return *fifths;
  const int tonic = tonic_of(place.key);
  const int fifths = place_from(pitch, tonic + kFlat2);
  if (is_in_signature(fifths, place.key) || fifths == tonic + kLeadingTone) return fifths;
  if (const auto neighbour = as_neighbour(pitch, place, next)) return *neighbour;
  return is_remote(fifths) ? plainer(fifths) : fifths;
}

SpelledPitch spelled(int pitch, const TonalPlace& place, std::optional<int> next) {
  const int fifths = line_of_fifths(pitch, place, next), alter = alter_of(fifths);
  return {step_of(fifths), alter, floor_over(pitch - alter, 12) - 1};
}

SpelledPitch spelled_root(int pitch_class, Key key) {
  const int fifths = place_from(pitch_class, tonic_of(key) + kFlat2);
  const int plain = is_remote(fifths) && !is_in_signature(fifths, key) ? plainer(fifths) : fifths;
  return {step_of(plain), alter_of(plain), 0};
}

int alter_in_signature(Key key, int step) {
  const int sharps = sharps_of(key);
  constexpr std::array kOrder{1, 3, 5, 0, 2, 4, 6};  // of the sharps, by step: F C G D A E B
  const int order = kOrder[static_cast<std::size_t>(step)];
  if (sharps > 0) return order < sharps ? 1 : 0;
  return order >= 7 + sharps ? -1 : 0;
}

}  // namespace s2m
