// Turns the decoder's events into a performed score: exact tempo, metre and keys, articulation, pedal and
// markers.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "story2midi/events/event.h"
#include "story2midi/music/score.h"
#include "story2midi/plan/plan.h"

namespace s2m {

// One bar event a bar of the plan stands in `events`; tempo, mode, articulation and dynamics are
// taken from the plan.
//  - A bar's velocities are moved together until their mean is the planned one, and kept within kContrast of
//  it.
//  - Notes sound for the articulation's share of their length; a key struck again ends the note before it.
//  - The notes of the last bar ring to its end, and nothing rings on beyond it.
//  - Bars of kPedalArticulation or more are pedalled, changed every half bar where a half is two quarters or
//    more, else every bar.
inline constexpr int kContrast = 20;
inline constexpr double kPedalArticulation = 0.88;
Score arrange(const std::vector<Event>& events, const Plan& plan);

// A note of a bar that was just written, and when it sounds, from the piece's start.
struct BarNote {
  std::string track;
  Note note;
  double start_seconds = 0;
  double length_seconds = 0;
};

// A bar that was just written. Only lengths of notes may still change, where a later bar strikes a key again.
struct BarView {
  int number = 1;  // counted from 1
  double start_seconds = 0;
  double length_seconds = 0;
  BarPlan plan;
  std::vector<BarNote> notes;  // by track, then by time
};

// One object on one line (docs/reference/json.md):
//   {"bar":1,"start_seconds":0,"length_seconds":2.5,"notes":[{"start_seconds":0,...}, ...]}
std::string to_json(const BarView& bar);

// Arranges one bar at a time, in time that depends on that bar alone.
class BarArranger {
 public:
  // The plan of the whole piece: of bars that are not described yet, metre and tempo alone count.
  explicit BarArranger(const Plan& plan);
  // `events`: the bar's event and its notes. The notes are those that arrange() gives for that bar.
  BarView view(std::size_t bar, const BarPlan& plan, std::span<const Event> events) const;

 private:
  Key key_;
  std::vector<std::int32_t> starts_;  // ticks; the piece's end behind them
  TempoMap time_;
};

}  // namespace s2m
