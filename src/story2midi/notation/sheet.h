// The pages of a piece before they are engraved: what stands in its bars, and the written notes of every part. Any
// instruments; times are grid positions (music/metre.h) from the piece's start.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "story2midi/music/parts.h"
#include "story2midi/music/score.h"

namespace s2m {

enum class Clef : std::uint8_t { kTreble, kBass, kAlto, kTenor, kTrebleOctaveBelow, kPercussion };

struct SheetNote {
  int start = 0;
  int length = 1;  // at least 1; may cross bar lines
  std::uint8_t pitch =
      60;  // MIDI key as it sounds; of a percussion staff the key of the General MIDI drum map
  std::uint8_t staff = 1;   // of its part, from the top
  std::uint8_t voice = 1;   // of its staff: 1 has its stems up where there is a second
  std::uint16_t marks = 0;  // of NoteMark: kStaccato, kTenuto, kAccent
  auto operator<=>(const SheetNote&) const = default;
};

struct SheetDynamic {
  int start = 0;
  DynamicLevel level = DynamicLevel::kMf;
  bool operator==(const SheetDynamic&) const = default;
};

enum class HairpinKind : std::uint8_t { kCrescendo, kDiminuendo };
struct Hairpin {
  int start = 0;
  int end = 0;
  HairpinKind kind = HairpinKind::kCrescendo;
  bool operator==(const Hairpin&) const = default;
};

// Over the notes of one voice, from the one that starts at `start` to the one that starts at `end`.
struct SheetSlur {
  int start = 0;
  int end = 0;
  std::uint8_t staff = 1;
  std::uint8_t voice = 1;
  bool operator==(const SheetSlur&) const = default;
};

// At a bar line.
struct SheetClef {
  int start = 0;
  std::uint8_t staff = 1;
  Clef clef = Clef::kTreble;
  bool operator==(const SheetClef&) const = default;
};

struct SheetPart {
  std::string name;
  std::string abbreviation;
  std::string family;  // neighbours of one family stand in a bracket; empty: in none
  int program = 0;     // General MIDI, 0 to 127
  // Semitones from a written note to its sound: -2 for a clarinet in B flat, -12 for a contrabass.
  int transposition = 0;
  std::vector<Clef> clefs{Clef::kTreble};  // one per staff, from the top; kPercussion: a part of drums
  std::vector<SheetNote> notes;            // sorted
  std::vector<SheetClef> clef_changes;     // sorted by start, as the next
  std::vector<SheetDynamic> dynamics;
  std::vector<Hairpin> hairpins;
  std::vector<SheetSlur> slurs;
  bool operator==(const SheetPart&) const = default;
};

struct SheetBar {
  int start = 0;
  int positions = 48;  // its length
  Metre metre;
  Key key;                   // as it sounds
  double tempo_bpm = 120;    // quarter notes per minute
  bool shows_tempo = false;  // by a metronome mark; each bar's tempo is in the file all the same
  // Each stands at the bar's start; empty: nothing stands there.
  std::string tempo_words = {};  // "Andante"
  std::string expression = {};   // "rit.", "dolce"
  std::string rehearsal = {};    // "A"
  std::string words = {};        // of the story
  bool operator==(const SheetBar&) const = default;
};

struct Sheet {
  std::string title;
  std::string composer;
  std::vector<SheetBar> bars;  // side by side, from 0
  std::vector<Chord> chords;   // ascending; they decide how notes are spelled
  bool shows_chords = true;    // as symbols above the first part
  std::vector<SheetPart> parts;
  bool operator==(const Sheet&) const = default;
};

}  // namespace s2m
