// Who plays in each bar, and what: an orchestration follows from the plan alone, before or after notes are written.
#pragma once

#include <cstdint>
#include <vector>

#include "story2midi/arrange/palettes.h"
#include "story2midi/plan/plan.h"

namespace s2m {

enum class Line : std::uint8_t { kMelody, kInner, kBass, kAccompany, kStrokes, kKit };

inline constexpr std::uint8_t kAllVoices = 255;

// What a player does in a bar.
struct PlayerRole {
  std::uint8_t player = 0;  // index into the palette's players
  Line line = Line::kMelody;
  std::int8_t octave = 0;  // of melody and bass: beside the one who leads the line
  std::uint8_t voice = 0;  // of an inner line: from 0, the highest; kAllVoices: chords
  bool operator==(const PlayerRole&) const = default;
};

struct OrchestratedBar {
  const Palette* palette = nullptr;
  const Layout* layout = nullptr;
  const DrumPattern* pattern = nullptr;  // null where no drums play
  DrumPlace place = DrumPlace::kWithin;
  int phrase = 0;  // counted from 0 over the piece
  std::vector<PlayerRole> roles;
};

// The share of an orchestra's parts that sound in a bar of this mean velocity: 48 movements of OpenScore's orchestra,
// ppp .28 to fff .93, straight lines between.
double share_sounding(double velocity);

// One entry per bar of the plan. By phrases of kPhraseBars from each section's start:
//  - The melody goes to the palette's leaders in turn.
//  - The number of players follows each half phrase's loudness (share_sounding). They enter in the order melody, bass, inner
//    voices, bass in octaves, then doublings of inner voices and melody; of those who can, the one who has played the least
//    beside the share that it is meant to have.
//  - Where it is loud, bowed players divide, timpani strike, and four hands play the melody in octaves.
//  - The last bar holds its chord.
//  - The layout and the drum pattern follow arousal, and change with the section and the third phrase of a period.
// Throws Error for an unknown palette.
std::vector<OrchestratedBar> orchestrate(const Plan& plan);

}  // namespace s2m
