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
  kMetreAccent,
  kLongLoud,
  kMelodicCharge,
  kHarmonicCharge,
  kThickChord,
  kLeapUp,
  kPhraseArchLoud,
  kVelocityRuleCount
};
// Weights in steps of velocity.
inline constexpr std::array<PerformanceRule, kVelocityRuleCount> kVelocityRules{{
    {"melody_loud", 8, 0, 0},
    {"bass_loud", 2, 0, 0},
    {"high_loud", 4, 0, 0},
    {"metre_accent", 3, 0.2, 0.4},
    {"long_loud", 1, 0, 0.5},
    {"melodic_charge", 2, 0, 0},
    {"harmonic_charge", 2, 0, 0},
    {"thick_chord", 1, 0, 0},
    {"leap_up", 2, 0, 0.3},
    {"phrase_arch_loud", 8, 0, -0.4},
}};

enum TempoRule : std::size_t {
  kArchStart,
  kArchEnd,
  kPhraseEnd,
  kFinalRitard,
  kDownbeat,
  kTension,
  kBusyBeat,
  kTempoRuleCount
};
// Weights in natural logarithms of a beat's length.
inline constexpr std::array<PerformanceRule, kTempoRuleCount> kTempoRules{{
    {"arch_start", 0.05, 0, -0.6},
    {"arch_end", 0.10, 0, -0.6},
    {"phrase_end", 0.08, 0, -0.4},
    {"final_ritard", 0.8, 0.2, -0.4},
    {"downbeat", 0.02, 0, 0},
    {"tension", 0.02, 0, 0},
    {"busy_beat", 0.03, 0, 0},
}};

enum OnsetRule : std::size_t { kMelodyLead, kBassLead, kLoudLead, kShortLate, kOnsetRuleCount };
// Weights in milliseconds; positive is late.
inline constexpr std::array<PerformanceRule, kOnsetRuleCount> kOnsetRules{{
    {"melody_lead", -12, 0, -0.5},
    {"bass_lead", -4, 0, -0.5},
    {"loud_lead", -6, 0, 0},
    {"short_late", 8, 0, 0.5},
}};

enum ArticulationRule : std::size_t {
  kMelodyLegato,
  kBassLegato,
  kLongHeld,
  kRepetition,
  kBeforeLeap,
  kPunctuation,
  kArticulationRuleCount
};
// Weights in natural logarithms of the share of its length that a note is held.
inline constexpr std::array<PerformanceRule, kArticulationRuleCount> kArticulationRules{{
    {"melody_legato", 0.1, 0, 0},
    {"bass_legato", 0, 0, 0},
    {"long_held", 0.05, 0, 0},
    {"repetition", -0.2, 0.2, 0.3},
    {"before_leap", -0.05, 0.2, 0.3},
    {"punctuation", -0.2, 0.2, 0.3},
}};

// What no rule explains: keyed noise on top, as standard deviations. Tempo drifts as 1/f noise (Gilden, Thornton and
// Mallon 1995), keys and fingers err independently (Friberg, Bresin, Sundberg 2006, "performance noise").
inline constexpr double kVelocityNoise = 2;    // steps, per note
inline constexpr double kLoudnessDrift = 1.5;  // steps, per bar, 1/f
inline constexpr double kOnsetNoise = 4;       // milliseconds, per note
inline constexpr double kTempoDrift = 0.015;   // natural logarithms of a beat's length, 1/f

}  // namespace s2m
