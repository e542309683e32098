// The rules of performance and their weights: the KTH rule system (Friberg, Bresin, Sundberg 2006), fitted on performances
// beside their scores. docs/research/performance-rules.md holds the same tables, the fit and what it explains.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "story2midi/emotion/valence_arousal.h"

namespace s2m {

// What the fit was made on; every weight without another source is of it.
inline constexpr std::string_view kFit = "least squares on ASAP (evaluate performance), 2026-11";

// Set by us: the fit finds it too seldom, or only where phrases are known.
inline constexpr std::string_view kSet = "Friberg, Bresin, Sundberg 2006; size set here";

struct PerformanceRule {
  std::string_view name;
  double weight;  // per unit of the rule's feature, at valence 0 and arousal 0
  // Emotional colouring after Bresin and Friberg (2000): the weight times 1 + per_valence * valence + per_arousal *
  // arousal, between 0 and 2. Their rules' directions; sizes such that the corners of the plane lie near theirs.
  double per_valence = 0;
  double per_arousal = 0;
  std::string_view source = kFit;
};

double coloured_weight(const PerformanceRule& rule, ValenceArousal emotion);

// Each enumeration names the rows of the table that follows it, and the entries of a note's or a beat's features.
enum VelocityRule : std::size_t {
  kMelodyLoud,
  kBassLoud,
  kHighLoud,
  kLowLoud,
  kMetreAccent,
  kLongLoud,
  kMelodicCharge,
  kHarmonicCharge,
  kThickChord,
  kTopOfChord,
  kLeapUp,
  kPhraseArchLoud,
  kVelocityRuleCount
};
// Weights in steps of velocity.
inline constexpr std::array<PerformanceRule, kVelocityRuleCount> kVelocityRules{{
    {"melody_loud", 5.65},
    {"bass_loud", -1.21},
    {"high_loud", 3.87},
    {"low_loud", 1.37},
    {"metre_accent", 4.31, 0.2, 0.4},
    {"long_loud", 2.21, 0, 0.5},
    {"melodic_charge", 0.82},
    {"harmonic_charge", 0.86},
    {"thick_chord", -1.18},
    {"top_of_chord", 2.25},
    {"leap_up", 1.42, 0, 0.3},
    {"phrase_arch_loud", 6, 0, -0.4, kSet},
}};

// Fitted weights foretell what pianists have in common; any one of them varies more. The rules of velocity are applied this
// many times, so that a bar's velocities spread as in piano-midi.de's files (deviation 8.5 steps).
inline constexpr double kVelocityContrast = 1.6;

enum TempoRule : std::size_t {
  kArchStart,
  kArchEnd,
  kPhraseEnd,
  kFinalRitard,
  kStrongBeat,
  kBeforeBar,
  kArrival,
  kLoneNote,
  kTempoRuleCount
};
// Weights in natural logarithms of a beat's length.
inline constexpr std::array<PerformanceRule, kTempoRuleCount> kTempoRules{{
    {"arch_start", 0.03, 0, -0.6, kSet},
    {"arch_end", 0.04, 0, -0.6, kSet},
    {"phrase_end", 0.003, 0, -0.4},
    {"final_ritard", 1, 0.2, -0.4, kSet},
    {"strong_beat", 0.103},
    {"before_bar", 0.056},
    {"arrival", 0.065, 0, -0.4},
    {"lone_note", 0.104},
}};

enum OnsetRule : std::size_t { kMelodyLead, kBassLead, kLoudLead, kShortAfterLong, kOnsetRuleCount };
// Weights in milliseconds; positive is late.
inline constexpr std::array<PerformanceRule, kOnsetRuleCount> kOnsetRules{{
    {"melody_lead", -0.7, 0, -0.5},
    {"bass_lead", -1.8, 0, -0.5},
    {"loud_lead", -3.9},
    {"short_after_long", -9, 0, -0.8},
}};

enum ArticulationRule : std::size_t {
  kMelodyLegato,
  kBassLegato,
  kLongHeld,
  kRepetition,
  kPunctuation,
  kArticulationRuleCount
};
// Weights in natural logarithms of the share of its length that a note is held.
inline constexpr std::array<PerformanceRule, kArticulationRuleCount> kArticulationRules{{
    {"melody_legato", 0.25},
    {"bass_legato", 0.12},
    {"long_held", -0.15},
    {"repetition", -0.4, 0.2, 0.3},
    {"punctuation", -0.05, 0.2, 0.3},
}};

// What no rule explains: keyed noise on top, as standard deviations. Tempo drifts as 1/f noise (Gilden, Thornton and
// Mallon 1995), keys and fingers err independently (Friberg, Bresin, Sundberg 2006, "performance noise").
inline constexpr double kVelocityNoise = 2;    // steps, per note
inline constexpr double kLoudnessDrift = 1.5;  // steps, per bar, 1/f
inline constexpr double kOnsetNoise = 4;       // milliseconds, per note
inline constexpr double kTempoDrift = 0.015;   // natural logarithms of a beat's length, 1/f

}  // namespace s2m
