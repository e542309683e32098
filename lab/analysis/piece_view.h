// A piece as the figures of its writing see it: bars, notes on sixteenths, the melody's line, a triad per half bar.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "lab/analysis/triads.h"
#include "story2midi/music/score.h"

namespace s2m {

// Times are quarters from the piece's start; a sixteenth is a quarter of one.
struct ViewNote {
  double start = 0, end = 0;  // as played
  int sixteenth = 0;          // nearest to the start
  int pitch = 60, velocity = 64;
};

struct ViewBar {
  int start = 0, steps = 16;  // sixteenths
  Metre metre;
};

// Half a bar, and the triad that fits it best; none where nothing sounds.
struct HalfBar {
  int start = 0, steps = 8;  // sixteenths
  int bar = 0;
  std::optional<Triad> triad;
};

struct PieceView {
  std::vector<ViewBar> bars;
  std::vector<ViewNote> notes;    // of all tracks but drums, by sixteenth, then pitch
  std::vector<ViewNote> melody;   // of the tracks named as a melody; empty where none is
  std::vector<ViewNote> highest;  // top line: from middle C up, the highest onsets that no higher note covers
  std::vector<ViewNote> top_line;  // the same of the melody in all registers, where there is one
  std::vector<HalfBar> half_bars;  // two per bar
  Key key;                         // found in the notes
  std::optional<Key> stated_key;   // by the first key signature
};

// Bars whose length is no whole number of sixteenths end at the nearest one. Throws Error for too many bars.
PieceView view_of(const Score& score);

// The notes that start in [start, start + steps) sixteenths; `notes` by sixteenth.
std::span<const ViewNote> notes_in(std::span<const ViewNote> notes, int start, int steps);

}  // namespace s2m
