// Colour chords: what stands for a plain chord of the scale, by feeling, valence, arousal and place.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "story2midi/emotion/valence_arousal.h"
#include "story2midi/music/parts.h"
#include "story2midi/music/scale.h"
#include "story2midi/plan/feelings.h"

namespace s2m {

// A chord within a progression: a degree of the scale, and what it is written as.
struct Step {
  int bar = 0;       // of the phrase
  int position = 0;  // in the bar
  int degree = 0;    // 0 the tonic to 6
  bool is_cadence = false;
  int root = 0;  // semitones above the tonic
  ChordQuality quality = ChordQuality::kMajor;
  int bass = 0;  // semitones above the tonic
};

// The plain chord of a degree; in minor a cadence's dominant is major, with its seventh.
void write_plain(Step& step, Scale scale);

struct ColourPlace {
  Scale scale = Scale::kMajor;
  ValenceArousal emotion;
  Feeling feeling = Feeling::kWonder;
  int phrase = 0;  // of the period: statement, answer, contrast, return
};

// Colours a phrase's steps in place: at most one borrowed chord a phrase, cadences and first chords kept.
void colour(std::span<Step> steps, const ColourPlace& place);

struct ColourRule {
  std::string_view name;
  std::string_view where;  // in words, as in the table of the page
  std::string_view source;
};
std::span<const ColourRule> colour_rules();

}  // namespace s2m
