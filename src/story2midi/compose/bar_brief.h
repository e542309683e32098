// What the composer asks of one bar, in the terms of events: pitches relative to the home key, positions from the bar's start.
#pragma once

#include <array>
#include <vector>

#include "story2midi/events/event.h"

namespace s2m {

// Notes of one part that the bar should hold, by position. Choosing them becomes likelier by so many nats.
struct WantedNotes {
  std::vector<Event> notes;
  float rhythm_nats = 0;  // for positions and lengths, and for writing another note
  float pitch_nats = 0;
};

// What a part of the bar is known to hold before the bar is written.
enum class Given : std::uint8_t { kNothing, kRhythm, kNotes };
struct GivenPart {
  Given what = Given::kNothing;
  std::vector<Event> notes;  // in the grammar's order; of kRhythm the pitches are those of before
};

struct BarBrief {
  Event description;                                // the bar's event; value 0 is unknown
  std::vector<Event> chords;                        // written as they stand; empty: the decoder writes them
  std::array<WantedNotes, kPartCount> wanted = {};  // by Part
  std::array<GivenPart, kPartCount> given = {};     // likewise
  // Positions from the bar's start by which the notes of a part have ended: one that follows is given. Negative: none is.
  std::array<int, kPartCount> free_by = {-1, -1, -1};
  std::array<bool, 12> scale = {};  // pitch classes of the scale, the home tonic first
  Mode final_mode = Mode::kMajor;   // of the piece's last chord
  int transposition = 0;    // from sounding pitches to those of events: Event pitch = sounding pitch + this
  int bars_left = 1;        // this one included
  int positions_left = 48;  // of the piece, from the bar's start
  bool closes_phrase = false;
};

}  // namespace s2m
