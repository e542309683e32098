// The decoder's vocabulary: one compound event for each bar and each note (after MusicBERT's OctupleMIDI, Zeng et al.
// 2021). Pitches are transposed so that the tonic is C.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "story2midi/music/score.h"

namespace s2m {

// Twelve positions a quarter note carry sixteenths and triplets.
inline constexpr int kPositionsPerQuarter = 12;
inline constexpr int kMaxBarPositions = 96;  // two bars of 4/4: the longest bar an event can stand in

// Event::kind_or_position: below kMaxBarPositions the event is a note at that position of its bar; else it is one of
// these kinds.
inline constexpr std::uint8_t kBarEvent = 96;
inline constexpr std::uint8_t kEndEvent = 97;
inline constexpr std::uint8_t kStartEvent = 98;  // only ever the decoder's first input, never written
inline constexpr int kKindCount = 99;

struct FieldSpec {
  std::string_view name;
  int size;
};

// A note's fields in the order in which they are chosen.
enum NoteField : std::uint8_t { kVoice, kPitch, kDuration, kVelocity, kNoteFieldCount };
inline constexpr std::array<FieldSpec, kNoteFieldCount> kNoteFields{
    {{"voice", 4}, {"pitch", 128}, {"duration", 32}, {"velocity", 32}}};

// A bar's fields in the order in which they are chosen. 0 is "unknown" in each.
enum BarField : std::uint8_t {
  kMetre,
  kTempo,
  kMode,
  kValence,
  kArousal,
  kDensity,
  kDynamics,
  kRegister,
  kBarsLeft,
  kBarFieldCount
};
inline constexpr std::array<FieldSpec, kBarFieldCount> kBarFields{{{"metre", 24},
                                                                   {"tempo", 33},
                                                                   {"mode", 3},
                                                                   {"valence", 10},
                                                                   {"arousal", 10},
                                                                   {"density", 17},
                                                                   {"dynamics", 17},
                                                                   {"register", 17},
                                                                   {"bars_left", 34}}};

enum Voice : std::uint8_t { kMelody, kInner, kBass, kDrums };

struct Event {
  std::uint8_t kind_or_position = kEndEvent;
  std::array<std::uint8_t, kBarFieldCount> values{};  // by NoteField or BarField; the rest is 0
  bool is_note() const { return kind_or_position < kMaxBarPositions; }
  bool is_bar() const { return kind_or_position == kBarEvent; }
  int position() const { return kind_or_position; }  // of a note: twelfths of a quarter from its bar's start
  bool operator==(const Event&) const = default;
};
static_assert(sizeof(Event) == 10);

// ---- What the bins mean. `bin` 0 of a bar field is "unknown"; the others follow.
// Note lengths in twelfths of a quarter, by duration value.
inline constexpr std::array<int, 32> kDurations{1,  2,  3,  4,  5,  6,  8,  9,  10,  12, 14,
                                                15, 16, 18, 20, 21, 24, 27, 30, 32,  36, 42,
                                                45, 48, 54, 60, 66, 72, 84, 96, 144, 192};
int duration_value(int twelfths);  // nearest of kDurations
int velocity_value(int velocity);  // 1..127 -> 0..31
int velocity_of(int value);        // the middle of the bin
int metre_value(Metre metre);      // 0 where the table has no such metre
Metre metre_of(int value);         // value 1..; throws Error for 0 or beyond the table
int bar_positions(Metre metre);    // length in twelfths of a quarter
int tempo_value(double bpm);       // quarter notes a minute; 32 steps from 30 to 240, geometric
double tempo_of(int value);
int level_value(double in_minus_one_to_one);  // valence, arousal: nine steps
double level_of(int value);
int density_value(double notes_per_quarter);  // 16 steps, geometric from 0.25 to 16
double density_of(int value);
int dynamics_value(double mean_velocity);  // 16 steps of 8
double dynamics_of(int value);
int register_value(double mean_pitch);  // 16 steps of 3 semitones from 36 (key-relative pitch)
double register_of(int value);
int bars_left_value(int bars);  // this bar included: 1..32 exact, 33 = more

// ---- Whole pieces.
struct EventPiece {
  Key key;                    // one key a piece: its tonic stands at pitch class 0 in the events
  std::vector<Event> events;  // kBarEvent, notes, kBarEvent, ..., kEndEvent
  bool operator==(const EventPiece&) const = default;
};

// Semitones to add to a sounding pitch so that the tonic becomes C: -6 to 5.
int transposition_to_c(const Key& key);
// A transposed pitch that leaves MIDI's range, an octave back into it.
int octave_folded(int pitch);

struct EncodeOptions {
  std::optional<double> valence;  // of the whole piece, in [-1, 1]; unknown where absent
  std::optional<double> arousal;
};

struct EncodeReport {
  std::int64_t notes = 0;
  std::int64_t notes_kept = 0;  // not lost as doubles on one position
};

// Quantises a beat-aligned score (any ticks a quarter) to the grid and describes each bar by what stands in
// it; an empty bar has the lowest density and unknown dynamics and register.
// Bars are those of the metre map. One that the table of metres lacks becomes a metre of its length, or
// several; up to two twelfths that are left over then join the bar before. Empty bars at either end are left
// out, and those beyond four in a row.
// Voices: tracks named melody, inner or bridge, and bass keep theirs; the rest is split by skyline (highest,
// lowest, rest), into inner and bass alone where a melody is named. Of drums only a track "Drums" is kept.
// Lengths are those of the key press: the pedal is not written. Throws Error for a score without notes, with
// a time below zero or beyond 349,525 quarters, or with no bar of a sixteenth or more.
EventPiece encode(const Score& score, const Key& key, const EncodeOptions& options = {},
                  EncodeReport* report = nullptr);

// The score that events describe, at 480 ticks a quarter, one track a voice in use ("Melody", "Inner",
// "Bass", "Drums"). `encode(decode(e), e.key, o) == e` for every e that encode made with the options o.
// Throws Error where the grammar is broken.
Score decode(const EventPiece& piece);

// ---- The grammar: what may follow what.
class Grammar {
 public:
  // Whether an event of that kind, or a note at that position, may come next: first a bar; positions do not fall
  // within a bar, and a bar ends where its metre says.
  bool allows(std::uint8_t kind_or_position) const;
  // Which value of a note's field may come next, given its position and the fields before it (strict order:
  // position, voice, then falling pitch).
  bool allows(const Event& so_far, NoteField field, int value) const;
  // Throws Error for an event that is not allowed, and for a bar that states no metre.
  void push(const Event& event);
  bool ended() const { return ended_; }

 private:
  bool started_ = false;
  bool ended_ = false;
  int bar_positions_ = 0;
  Event last_{};
};

}  // namespace s2m
