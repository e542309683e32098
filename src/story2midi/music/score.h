// A piece of written music: tracks of notes over one map of tempo, metre and key. Times are ticks.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/music/metre.h"

namespace s2m {

// What notation marks a note with: bits of Note::marks.
enum NoteMark : std::uint16_t {
  kStaccato = 1,
  kTenuto = 2,
  kAccent = 4,
  kSlurStart = 8,
  kSlurEnd = 16,
  kGrace = 32,
};

struct Note {
  std::int32_t start_ticks = 0;
  std::int32_t length_ticks = 0;
  std::uint8_t pitch = 60;         // MIDI key, 0 to 127; 60 is middle C
  std::uint8_t velocity = 64;      // 1 to 127
  std::uint16_t marks = 0;         // of NoteMark
  std::int32_t written_ticks = 0;  // length on the page; 0 where it is length_ticks
  auto operator<=>(const Note&) const = default;
};

// A stretch in which the sustain pedal is down. Note lengths are those of the key press; the pedal stands
// beside them.
struct PedalSpan {
  std::int32_t start_ticks = 0;
  std::int32_t end_ticks = 0;
  auto operator<=>(const PedalSpan&) const = default;
};

// A change of a MIDI controller; values 0 to 127.
struct ControlChange {
  std::int32_t start_ticks = 0;
  std::uint8_t controller = 0;
  std::uint8_t value = 0;
  auto operator<=>(const ControlChange&) const = default;
};

// A syllable that is sung, or a sentence that is set, from a tick on. A syllable ends in "-" where the word goes on.
struct Lyric {
  std::int32_t start_ticks = 0;
  std::string text;
  bool operator==(const Lyric&) const = default;
};

enum class DynamicLevel : std::uint8_t { kPpp, kPp, kP, kMp, kMf, kF, kFf, kFff };

// A level that holds from a tick on.
struct DynamicMark {
  std::int32_t start_ticks = 0;
  DynamicLevel level = DynamicLevel::kMf;
  bool operator==(const DynamicMark&) const = default;
};

struct Track {
  std::string name;
  int program = 0;  // General MIDI, 0 to 127
  bool is_drums = false;
  std::vector<Note> notes;                   // sorted by operator<=>
  std::vector<PedalSpan> pedal;              // sorted, not overlapping
  std::vector<Lyric> lyrics = {};            // sorted by start
  std::vector<DynamicMark> dynamics = {};    // sorted by start; only what notation says
  int staff = 0;                             // its number on the page, from 1; 0 where there is none
  std::vector<ControlChange> controls = {};  // sorted; volume, pan and swells; the pedal stands above
  bool operator==(const Track&) const = default;
};

struct Tempo {
  std::int32_t start_ticks = 0;
  std::int32_t microseconds_per_quarter = 500'000;
  double bpm() const { return 60e6 / microseconds_per_quarter; }
  static Tempo from_bpm(std::int32_t start_ticks, double bpm) {
    return {start_ticks, static_cast<std::int32_t>(60e6 / bpm + 0.5)};
  }
  bool operator==(const Tempo&) const = default;
};

struct TimeSignature {
  std::int32_t start_ticks = 0;
  Metre metre;
  bool operator==(const TimeSignature&) const = default;
};

enum class Mode : std::uint8_t { kMajor, kMinor };

// How a tonic between two white keys is written: with the fewest accidentals, else with sharps or with flats where
// a signature of at most seven allows it (F# or Gb major, D# or Eb minor, B or Cb major).
enum class KeySpelling : std::uint8_t { kUsual, kSharps, kFlats };

struct Key {
  int tonic = 0;  // pitch class, 0 is C
  Mode mode = Mode::kMajor;
  KeySpelling spelling = KeySpelling::kUsual;
  // Keys that sound alike are equal, however they are spelled.
  bool operator==(const Key& other) const { return tonic == other.tonic && mode == other.mode; }
};

struct KeySignature {
  std::int32_t start_ticks = 0;
  Key key;
  bool operator==(const KeySignature&) const = default;
};

struct Marker {
  std::int32_t start_ticks = 0;
  std::string text;
  bool operator==(const Marker&) const = default;
};

// Of every score that the program writes.
inline constexpr int kTicksPerQuarter = 480;
inline constexpr int kTicksPerPosition = kTicksPerQuarter / kGridPerQuarter;

struct Score {
  int ticks_per_quarter = kTicksPerQuarter;
  std::vector<Track> tracks;
  // Each map is sorted by start. An empty one means the MIDI default: 120 bpm, 4/4, no key stated.
  std::vector<Tempo> tempos;
  std::vector<TimeSignature> time_signatures;
  std::vector<KeySignature> key_signatures;
  std::vector<Marker> markers;
  std::vector<Marker> cues =
      {};  // sorted by start, like the maps: places in film or game, such as phrases and the climax
  std::string title = {};
  std::string copyright = {};
  std::vector<std::string> texts = {};  // about the piece: how it was made
  bool operator==(const Score&) const = default;
};

// The tick at which the last note ends; 0 for a score without notes.
std::int32_t end_ticks(const Score& score);

// Throws Error naming `where` for a score whose notes or pedals end beyond limits::kMostQuarters or
// limits::kMostScoreSeconds.
void check_length(const Score& score, std::string_view where);

// Ticks to seconds from the start and back, for many look-ups in one score (each takes logarithmic time).
class TempoMap {
 public:
  explicit TempoMap(const Score& score);
  double seconds_at(double ticks) const;
  double ticks_at(double seconds) const;

 private:
  struct Segment {
    double ticks, seconds, seconds_per_tick;
  };
  std::vector<Segment> segments_;  // ascending, at least one
};

// Seconds from the start to `ticks` under the score's tempo map.
double seconds_at(const Score& score, std::int32_t ticks);

// The tick nearest to `seconds` from the start: the inverse of seconds_at.
std::int32_t ticks_at(const Score& score, double seconds);

// One bar of the score's metre map.
struct Bar {
  std::int32_t start_ticks = 0;
  std::int32_t length_ticks = 0;
  Metre metre;
};

// The metre of a bar that lasts so long: in beats of 1/`denominator` where they fit, else in shorter ones; where none
// fits, the next longer in quarters.
Metre metre_of_length(std::int64_t ticks, int ticks_per_quarter, int denominator);

// Bars from tick 0 until every note has started. A metre change in mid-bar cuts the bar there. Throws Error for
// more than limits::kMostScoreBars.
std::vector<Bar> bars(const Score& score);

}  // namespace s2m
