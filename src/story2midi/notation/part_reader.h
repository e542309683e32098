// One <part> of a MusicXML document.
#pragma once

#include <cstdint>
#include <map>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/music/score.h"
#include "story2midi/notation/timeline.h"

namespace s2m::musicxml {

inline constexpr int kUsualDrum = 38;  // the snare, for an unpitched note whose instrument is not known

// A note whose tie chain is not joined yet.
struct StaffNote {
  Note note;
  int staff = 1;
  bool is_drum = false, tied_from = false, tied_to = false;
};

struct KeyStatement {
  std::int32_t start_ticks = 0;
  int fifths = 0;    // of the sounding key
  std::string mode;  // as written; empty where none is
};

struct TempoStatement {
  Tempo tempo;
  bool is_sound = false;  // from <sound>; else from a metronome mark
};

// Everything in ticks from the piece's start, in the document's order but for the notes, which are sorted and joined.
struct PartContent {
  std::vector<StaffNote> notes;
  std::vector<Lyric> lyrics;
  std::vector<DynamicMark> dynamics;
  std::vector<PedalSpan> pedal;
  std::vector<KeyStatement> keys;
  std::vector<TempoStatement> tempos;
  int staves = 1;
};

// `drums`: the MIDI key of each unpitched instrument's id. Throws Error naming the measure.
PartContent read_part(const pugi::xml_node& part, const Timeline& timeline,
                      const std::map<std::string, int>& drums);

}  // namespace s2m::musicxml
