// What the rules of performance look at: a number per rule, for each written note and each beat.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "story2midi/music/parts.h"
#include "story2midi/perform/performance_plan.h"
#include "story2midi/perform/rules.h"

namespace s2m {

// Notes that one instrument plays in one role. A written piece has one line per part.
struct WrittenLine {
  Part part = Part::kMelody;
  int instrument = 0;
  int accent = 0;               // steps of velocity beside what the rules give
  std::vector<PartNote> notes;  // sorted
};
std::vector<WrittenLine> lines_of(const PartScore& piece);

struct NoteFeatures {
  PartNote note;
  Part part = Part::kMelody;
  int instrument = 0;
  int accent = 0;
  int bar = 0;
  int last_of_part = 0;  // 1: the last note of its part
  std::array<double, kVelocityRuleCount> velocity{};
  // kLoudLead is left at 0: it needs the velocities of what is struck together.
  std::array<double, kOnsetRuleCount> onset{};
  std::array<double, kArticulationRuleCount> articulation{};
};

// Of every note, by start, then line, then pitch. `phrases` cover the bars. The lines are those of the piece, or of an
// arrangement of it.
std::vector<NoteFeatures> note_features(const PartScore& piece, std::span<const Phrase> phrases);
std::vector<NoteFeatures> note_features(const PartScore& piece, std::span<const WrittenLine> lines,
                                        std::span<const Phrase> phrases);

struct BeatFeatures {
  int start = 0;   // grid positions
  int length = 0;  // up to the next beat
  int bar = 0;
  std::array<double, kTempoRuleCount> tempo{};
};

// Of every beat of every bar (music/metre.h), in time.
std::vector<BeatFeatures> beat_features(const PartScore& piece, std::span<const Phrase> phrases);

// The distance of a pitch from a chord's root on the circle of fifths, 0 to 1: melodic charge (Sundberg, Friberg and
// Fryden 1991), divided by its largest value, 6.5.
double melodic_charge(int root, int pitch);

// The mean melodic charge of a chord's tones over the key's tonic, less that of the key's own triad: 0 for the tonic, more
// the remoter the chord.
double harmonic_charge(const Chord& chord, const Key& key);

// From 0 at the ends of a phrase to 1 in its middle: a parabola. `along`: 0 to 1.
double phrase_arch(double along);

}  // namespace s2m
