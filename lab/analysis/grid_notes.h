// A score's notes on the written grid and its bars there: the first step from any score to its parts.
#pragma once

#include <vector>

#include "story2midi/music/parts.h"

namespace s2m {

// What a score's times mean.
enum class ScoreSource : std::uint8_t {
  kNotation,    // onsets and lengths as written: MusicXML, ABC, scores exported as MIDI
  kSequence,    // onsets on the grid, lengths as played: piano-midi.de, game music
  kPerformance  // onsets near the beats, lengths as played: POP1K7, whatever was put on found beats
};

// By the share of onsets, and then of ends, that lie on 24ths or 16ths of a quarter (.93 and .9 or more).
ScoreSource source_of(const Score& score);

struct GridNote {
  int start = 0;   // grid positions from the first bar's start
  double end = 0;  // as played, in grid positions; beyond start
  int pitch = 60, velocity = 64;
  int track = 0;  // of the score
};

struct GridPiece {
  std::vector<PartBar> bars;
  std::vector<GridNote>
      notes;  // by start, then pitch; of one pitch at one start one: a named melody's, else the longest
};

// Moves grid positions of the score (from tick 0) to those of the piece, in which empty bars are left out.
class BarMap {
 public:
  struct Stretch {
    int score_start, score_length;  // may be up to two positions longer than the bar
    int start, length;
  };
  explicit BarMap(std::vector<Stretch> stretches) : stretches_(std::move(stretches)) {}
  // Within the bar that holds it; of a bar that is left out the next one's start.
  double operator()(double score_position) const;

 private:
  std::vector<Stretch> stretches_;
};

struct GridReading {
  GridPiece piece;
  BarMap map;
  int notes_read = 0;  // of all tracks but drums
};

// Bars are those of the metre map. One that written_metres() lacks becomes a metre of its length, or several; up to
// two positions that are left over then join the bar before. Empty bars at either end are left out, and those beyond
// four in a row. Onsets of notation and sequences take the nearest position (32nds 2, 5, 7, 10); those of a performance the sixteenths,
// the triplets, the sextuplets or the 32nds of their beat, whichever fits: never two of them in one beat.
// Grace notes are left out: those of an eighth of a quarter or less within a third of a longer note that is struck with
// them, or just after them where they stand off the sixteenths and triplets.
// Throws Error for a score without notes but drums, with a time below zero or beyond 349,525 quarters, or with no bar
// of a sixteenth or more.
GridReading read_on_grid(const Score& score, ScoreSource source);

}  // namespace s2m
