// What is told of a piece, a score and an emotion, as JSON (docs/reference/json.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "story2midi/emotion/valence_arousal.h"
#include "story2midi/music/key.h"
#include "story2midi/music/score.h"
#include "story2midi/plan/plan.h"

namespace s2m {

// A cue of the plan, and by how much the music misses it.
struct KeptCue {
  PlannedCue cue;
  double error_ms = 0;  // in tenths; positive: late
};
std::vector<KeptCue> kept_cues(const Plan& plan, const Score& score);

struct PieceSummary {
  std::optional<ValenceArousal> emotion = {};
  Key key = {};  // key, tempo and metre as the piece begins
  double tempo_bpm = 0;
  Metre metre = {};
  std::size_t bars = 0;
  double length_seconds = 0;
  std::size_t notes = 0;
  std::uint64_t seed = 0;
  std::vector<KeptCue> cues = {};
  std::vector<std::pair<std::string, std::string>> files = {};  // "midi", and where it was written
};

// Without files. The score states its key, tempo and metre, as composed ones do.
PieceSummary summary_of(const Score& score, const std::optional<ValenceArousal>& emotion, std::uint64_t seed);

// One object on one line.
std::string to_json(const PieceSummary& summary);

// What measures() finds in a score, its estimated key and its tracks: one object, indented.
std::string description_json(const Score& score);

}  // namespace s2m
