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

struct BarBrief {
  Event description;                                // the bar's event; value 0 is unknown
  std::vector<Event> chords;                        // written as they stand; empty: the decoder writes them
  std::array<WantedNotes, kPartCount> wanted = {};  // by Part
  std::array<bool, 12> scale = {};                  // pitch classes of the scale, the home tonic first
  Mode final_mode = Mode::kMajor;                   // of the piece's last chord
  int transposition = 0;    // from sounding pitches to those of events: Event pitch = sounding pitch + this
  int bars_left = 1;        // this one included
  int positions_left = 48;  // of the piece, from the bar's start
  bool closes_phrase = false;
};

}  // namespace s2m
