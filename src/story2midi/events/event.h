// The decoder's vocabulary: one compound event per bar, chord and note (after MusicBERT's OctupleMIDI, Zeng et al. 2021), part
// by part within a bar:
//   bar, its chords, its melody, its bass, its figure, the next bar, ..., end.
// Pitches are relative to the piece's key: its tonic is C. Velocity, timing and pedal are no part of it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "story2midi/music/parts.h"

namespace s2m {

inline constexpr int kMaxBarPositions = 96;  // two bars of 4/4: the longest bar that an event can describe

// In the order in which they follow one another within a bar.
enum EventKind : std::uint8_t {
  kBarEvent,
  kChordEvent,
  kMelodyEvent,
  kBassEvent,
  kFigureEvent,
  kEndEvent,
  kStartEvent,  // only ever the decoder's first input, never written
  kKindCount
};
inline constexpr std::array<std::string_view, kKindCount> kKindNames{"bar",    "chord", "melody", "bass",
                                                                     "figure", "end",   "start"};

struct FieldSpec {
  std::string_view name;
  int size;
};

// The fields of a note of any part, in the order in which they are chosen.
enum NoteField : std::uint8_t { kPosition, kPitch, kDuration, kNoteFieldCount };
inline constexpr std::array<FieldSpec, kNoteFieldCount> kNoteFields{
    {{"position", kMaxBarPositions}, {"pitch", 128}, {"duration", 32}}};

// Of a chord. Its root is a degree of the chromatic scale on the tonic, its bass an interval above its root.
enum ChordField : std::uint8_t { kChordPosition, kDegree, kQuality, kInversion, kChordFieldCount };
inline constexpr std::array<FieldSpec, kChordFieldCount> kChordFields{{{"chord_position", kMaxBarPositions},
                                                                       {"degree", 12},
                                                                       {"quality", kChordQualityCount},
                                                                       {"inversion", 12}}};

// Of a bar. 0 is "unknown" in each.
enum BarField : std::uint8_t {
  kMetre,
  kTempo,
  kLocalKey,
  kValence,
  kArousal,
  kStyle,
  kMelodyDensity,
  kMelodyRegister,
  kDensity,   // of the accompaniment: bass and figure together
  kRegister,  // likewise
  kThickness,
  kMelodyReturn,
  kFigureReturn,
  kBarsLeft,
  kBarFieldCount
};
inline constexpr std::array<FieldSpec, kBarFieldCount> kBarFields{{{"metre", 24},
                                                                   {"tempo", 33},
                                                                   {"key", 25},
                                                                   {"valence", 10},
                                                                   {"arousal", 10},
                                                                   {"style", 9},
                                                                   {"melody_density", 17},
                                                                   {"melody_register", 17},
                                                                   {"density", 17},
                                                                   {"register", 17},
                                                                   {"thickness", 7},
                                                                   {"melody_return", 13},
                                                                   {"figure_return", 8},
                                                                   {"bars_left", 34}}};

inline constexpr int kMaxFields = 15;  // of an event

struct Event {
  std::uint8_t kind = kEndEvent;
  std::array<std::uint8_t, kMaxFields> values{};  // by the fields of its kind; the rest is 0
  bool is_bar() const { return kind == kBarEvent; }
  bool is_chord() const { return kind == kChordEvent; }
  bool is_note() const { return kind >= kMelodyEvent && kind <= kFigureEvent; }
  Part part() const { return static_cast<Part>(kind - kMelodyEvent); }  // of a note
  int position() const { return values[kPosition]; }  // of a note or chord, from its bar's start
  int length() const;                                 // of a note
  bool operator==(const Event&) const = default;
};
static_assert(sizeof(Event) == 16 && static_cast<int>(kPosition) == static_cast<int>(kChordPosition));

std::span<const FieldSpec> fields_of(std::uint8_t kind);

// ---- What the bins mean. `bin` 0 of a bar field is "unknown"; the others follow.
// Note lengths in grid positions, by duration value.
inline constexpr std::array<int, 32> kDurations{1,  2,  3,  4,  5,  6,  8,  9,  10,  12, 14,
                                                15, 16, 18, 20, 21, 24, 27, 30, 32,  36, 42,
                                                45, 48, 54, 60, 66, 72, 84, 96, 144, 192};
int duration_value(int positions);  // nearest of kDurations
int duration_value_within(int length,
                          int most);  // nearest to `length` that is not longer than `most`; `most` >= 1
int metre_value(Metre metre);         // 0 where the table has no such metre
Metre metre_of(int value);            // value 1..; throws Error for 0 or beyond the table
int bar_positions(Metre metre);       // length in grid positions
int tempo_value(double bpm);          // quarter notes per minute; 32 steps from 30 to 240, geometric
double tempo_of(int value);
int local_key_value(Key local,
                    Key home);  // 1 to 24: major keys by semitones above the tonic of home, then minor ones
Key local_key_of(int value, Key home);
int level_value(double in_minus_one_to_one);  // valence, arousal: nine steps
double level_of(int value);
int density_value(double notes_per_quarter);  // 16 steps, geometric from 0.25 to 16
double density_of(int value);
int register_value(double mean_pitch);  // 16 steps of 3 semitones from 36 (key-relative pitch)
double register_of(int value);
int thickness_value(double notes_per_onset);  // 1: no onset; then below 1.25, 1.75, 2.5, 3.5, and more
int bars_left_value(int bars);                // this bar included: 1..32 exact, 33 = more

enum class Style : std::uint8_t {
  kUnknown,
  kPopPiano,
  kClassicalPiano,
  kArtSong,
  kStringQuartet,
  kOrchestra,
  kGame,
  kFolkTune,
  kChorale
};

// How a bar relates to the 16 bars before it. The nearest of these lags counts in this order; any other lag is the last class.
inline constexpr std::array kReturnLags{1, 2, 4, 8};
inline constexpr int kReturnClasses = 5;
inline constexpr int kReturnReach = 16;
// Values of melody_return: 0 unknown, 1 no onset, 2 new; then by class of lag the same onsets, and the same onsets with the
// same intervals, each within a semitone. Values of figure_return: 0 unknown, 1 no onset, 2 new; then by class of lag the same
// onsets of the accompaniment.
enum ReturnValue : std::uint8_t { kNoOnset = 1, kNew = 2, kSameRhythm = 3, kSameIntervals = 8 };

// ---- Whole pieces.
struct EventPiece {
  Key key;                    // home: its tonic is pitch class 0 in the events
  std::vector<Event> events;  // kBarEvent, chords, notes, kBarEvent, ..., kEndEvent
  bool operator==(const EventPiece&) const = default;
};

// Semitones to add to a sounding pitch so that the tonic becomes C: -6 to 5.
int transposition_to_c(const Key& key);
// A transposed pitch that leaves MIDI's range, an octave back into it.
int octave_folded(int pitch);

struct EncodeOptions {
  std::optional<double> valence;  // of the whole piece, in [-1, 1]; unknown where absent
  std::optional<double> arousal;
  Style style = Style::kUnknown;
};

struct EncodeReport {
  std::int64_t notes = 0;
  std::int64_t notes_kept = 0;  // not lost as doubles, or because another note of a monophonic part sounds
};

// Describes each bar by what it holds. Empty bars at either end are left out, and those beyond four in a row. Lengths become
// the nearest duration that the next note of a monophonic part, or the next strike of the same key, leaves room for. Throws
// Error for a piece without notes and for a bar whose metre the table lacks.
EventPiece encode(const PartScore& score, const EncodeOptions& options = {}, EncodeReport* report = nullptr);

// The events of each bar, as `encode` writes them, but for every bar of the score and without what describes its notes.
std::vector<std::vector<Event>> bar_events(const PartScore& score);

// The score that events describe. `encode(decode(e), o) == e` for every e that encode made with the options o. Throws Error
// where the grammar is broken.
PartScore decode(const EventPiece& piece);

// The fields that describe a bar's notes, from kMelodyDensity to kFigureReturn, for each bar. `bars`: the events of each
// bar, its bar event first.
void describe(std::span<const std::span<Event>> bars);

// ---- The grammar: what may follow what.
class Grammar {
 public:
  // Whether an event of that kind may come next: first a bar; then kinds never fall within a bar.
  bool allows(std::uint8_t kind) const;
  // Which value of a field may come next, given the event's kind and the fields before it. Chords ascend from the bar's start.
  // Melody and bass are monophonic: a note starts when the one before it has ended. The figure's notes stand in the order of
  // position, then falling pitch.
  bool allows(const Event& so_far, int field, int value) const;
  // Throws Error for an event that is not allowed, and for a bar that states no metre.
  void push(const Event& event);
  bool ended() const { return ended_; }
  int bar_positions() const { return bar_positions_; }  // of the open bar
  // The first position of the open bar at which a monophonic part is free.
  int free_from(Part part) const { return free_from_[static_cast<std::size_t>(part)]; }

 private:
  int first_position(std::uint8_t kind) const;

  bool started_ = false;
  bool ended_ = false;
  int bar_positions_ = 0;
  std::array<int, 2> free_from_{};  // melody, bass
  Event last_{};
};

}  // namespace s2m
