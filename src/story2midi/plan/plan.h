// The plan of a piece: sections and bars with their tempo, metre, mode and musical cues. Plain data: it can be
// inspected, changed and saved before a note is written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/emotion/emotion.h"
#include "story2midi/music/parts.h"
#include "story2midi/music/scale.h"
#include "story2midi/music/score.h"
#include "story2midi/plan/motif.h"
#include "story2midi/plan/named_themes.h"
#include "story2midi/stories/cue_sheet.h"

namespace s2m {

struct BarPlan {
  double tempo_bpm = 100;  // quarter notes per minute
  Metre metre;
  Key key = {};                // around this bar
  double density = 2;          // notes per quarter; 0: silence
  double dynamics = 64;        // mean velocity
  double register_pitch = 60;  // mean pitch as it sounds
  double articulation = 1;     // share of its written length that a note sounds: 0.5 detached, 1 legato
  double valence = 0;
  double arousal = 0;
  // As wanted, ascending; starts count from the bar line, the first is 0. Empty: the composer finds them.
  std::vector<Chord> chords = {};
  ThemeUse theme = {};      // what the melody does
  std::string figure = {};  // of the accompaniment: a name in plan/figures.h; empty: free
  std::string bass = {};    // a bass pattern there; empty: free
  bool operator==(const BarPlan&) const = default;
};

struct Section {
  std::string title;           // becomes a marker
  std::size_t start_byte = 0;  // the passages of the story that the section sets: a half-open range
  std::size_t end_byte = 0;
  std::vector<BarPlan> bars;
  std::string palette = {};  // a name of plan/palette_names.h; empty: the piano
  bool operator==(const Section&) const = default;
};

// A cue whose time the bars keep.
struct PlannedCue {
  CueKind kind = CueKind::kSection;
  double wanted_seconds = 0;
  int bar = 0;       // from 0, of the piece
  int position = 0;  // grid positions from the bar line
  double bend = 0;   // of a section: the largest departure of a bar's tempo from what is wanted, a share
  std::string text = {};
  bool operator==(const PlannedCue&) const = default;
};

struct Plan {
  Key key;                          // of the piece: home
  std::optional<Scale> scale = {};  // of every bar in the home key; none: that of its mode
  std::vector<Motif> themes = {};   // the first is the piece's own
  std::vector<Section> sections;
  std::vector<PlannedCue> cues = {};    // ascending; empty where no times are kept
  std::uint64_t story_fingerprint = 0;  // of the text whose bytes the sections name; 0: not known
  bool operator==(const Plan&) const = default;
};

// The user's requests. What is absent follows from the emotion by the rules in docs/reference/planning.md.
struct PlanOptions {
  std::optional<int> bars = {};  // 1 to 4096
  // 1 to 7200, kept exactly: the tempo is adapted. An Error where bars and tempo are given too and disagree.
  std::optional<double> duration_seconds = {};
  std::optional<Key> key = {};           // tonic and mode of every bar
  std::optional<double> tempo_bpm = {};  // 20 to 300, of every bar
  std::optional<Scale> scale = {};       // of every bar; its mode must agree with the key's
  std::optional<Metre> metre = {};       // one that the event language can write
  std::optional<double> valence = {};    // -1 to 1; replaces the text's
  std::optional<double> arousal = {};
  // Times to keep, each by itself in place of `bars`: a reading speed, or cues beside the story. A story with times of its
  // own (subtitles) keeps them where none of the three is asked.
  std::optional<double> words_per_minute = {};  // 20 to 1000
  std::optional<CueSheet> cues = {};
  std::string palette = {};  // of every section; "auto": by the emotion of the piece; empty: the piano
  // Of people and places, and the story's own. None: of the names that return; an empty list: the story's alone.
  std::optional<std::vector<NamedTheme>> themes = {};
};

// Throws Error naming the option that is outside its range.
void check(const PlanOptions& options);

// Throws Error for an empty curve (unless valence and arousal are both given) or options outside their ranges.
Plan make_plan(const EmotionCurve& curve, const PlanOptions& options = {});

// Bars of a piece where none are asked: one for six words in whole phrases of four, 16 to 128.
int usual_bars(const EmotionCurve& curve);

int bar_count(const Plan& plan);
std::vector<BarPlan> plan_bars(const Plan& plan);  // of all sections, in order
std::vector<BarPlan*> bars_to_change(Plan& plan);  // the same, in place
double length_seconds(const Plan& plan);
double bar_seconds(const BarPlan& bar);
// Seconds from the start to where a cue falls, by the plan's tempos.
double cue_seconds(const Plan& plan, const PlannedCue& cue);
// The same in a score that was composed from the plan.
double cue_seconds(const Plan& plan, const PlannedCue& cue, const TempoMap& tempos);
double mean_tempo(const Plan& plan);  // quarter notes per minute of its whole length

// The scale around a bar of the plan.
Scale scale_of(const Plan& plan, const BarPlan& bar);

// The melody notes that a bar's theme asks for, in the bar's key and fitted to its chords: on strong beats a chord tone.
// `bar`: from 0. Starts count from the bar line; pitches lie about the bar's register. Empty where the bar is free.
std::vector<PartNote> theme_notes(const Plan& plan, int bar);

std::string to_json(const Plan& plan);
Plan plan_from_json(std::string_view json);  // throws Error naming the member

}  // namespace s2m
