#include "story2midi/music/chord_name.h"

#include <array>

#include "story2midi/base/error.h"
#include "story2midi/music/key.h"

namespace s2m {
namespace {

constexpr std::array<std::string_view, 12> kSharp{"C",  "C#", "D",  "D#", "E",  "F",
                                                  "F#", "G",  "G#", "A",  "A#", "B"};
constexpr std::array<std::string_view, 12> kFlat{"C",  "Db", "D",  "Eb", "E",  "F",
                                                 "Gb", "G",  "Ab", "A",  "Bb", "B"};

// Degrees of the chromatic tones above a tonic, from its letter: b2, b3, #4, b6, b7.
constexpr std::array<int, 12> kLetterOf{0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6};
constexpr std::array<int, 7> kNatural{0, 2, 4, 5, 7, 9, 11};

// By its degree in the key, with one accidental at most; else the plainest name.
std::string pitch_name(int pitch_class, Key key) {
  const auto tonic = name_of(key)[0];
  const int letter = static_cast<int>(std::string_view("CDEFGAB").find(tonic)) +
                     kLetterOf[static_cast<std::size_t>((pitch_class - key.tonic + 12) % 12)];
  const int natural = kNatural[static_cast<std::size_t>(letter % 7)];
  const int accidental = (pitch_class - natural + 18) % 12 - 6;
  if (accidental < -1 || accidental > 1)
    return std::string((sharps_of(key) > 0 ? kSharp : kFlat)[static_cast<std::size_t>(pitch_class % 12)]);
  const std::string name(1, "CDEFGAB"[letter % 7]);
  return accidental == 0 ? name : name + (accidental > 0 ? '#' : 'b');
}

Error bad_chord(std::string_view name) {
  return Error("chord", "cannot read", "a chord such as C, F#m7 or Am/E", "\"" + std::string(name) + "\"");
}

// Takes a note name off the front of `text`.
std::uint8_t take_pitch(std::string_view& text, std::string_view whole) {
  constexpr std::string_view kLetters = "CxDxEFxGxAxB";
  const auto letter = text.empty() || text[0] == 'x' ? kLetters.npos : kLetters.find(text[0]);
  if (letter == kLetters.npos) throw bad_chord(whole);
  text.remove_prefix(1);
  int pitch = static_cast<int>(letter);
  if (!text.empty() && (text[0] == '#' || text[0] == 'b')) {
    pitch += text[0] == '#' ? 1 : 11;
    text.remove_prefix(1);
  }
  return static_cast<std::uint8_t>(pitch % 12);
}

}  // namespace

std::string name_of(const Chord& chord, Key key) {
  auto name = pitch_name(chord.root, key) + std::string(chord_suffix(chord.quality));
  if (chord.bass != chord.root) name += "/" + pitch_name(chord.bass, key);
  return name;
}

Chord parse_chord_name(std::string_view name) {
  auto rest = name;
  Chord chord;
  chord.root = chord.bass = take_pitch(rest, name);
  const auto stroke = rest.find('/');
  const auto suffix = rest.substr(0, stroke);
  bool known = false;
  for (int i = 0; i < kChordQualityCount && !known; ++i) {
    chord.quality = static_cast<ChordQuality>(i);
    known = chord_suffix(chord.quality) == suffix;
  }
  if (!known) throw bad_chord(name);
  if (stroke == rest.npos) return chord;
  auto bass = rest.substr(stroke + 1);
  chord.bass = take_pitch(bass, name);
  if (!bass.empty()) throw bad_chord(name);
  return chord;
}

}  // namespace s2m
