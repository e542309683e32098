// What listeners answered, who of them counts, and what it shows.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lab/statistics/agreement.h"
#include "lab/study/study.h"

namespace s2m {

struct StudyTrial {
  std::size_t piece = 0;  // of the key
  int place = 0;
  bool is_repeat = false;
  Quadrant quadrant = Quadrant::kQ1;  // perceived
  ValenceArousal sliders = {};        // perceived
  int familiar = 0;                   // 0 no, 1 perhaps, 2 yes
  double heard_seconds = 0;
};

struct StudyListener {
  std::string name = {};
  bool has_consented = false, has_finished = false;
  Share headphones = {}, attention = {};
  int lessons = 0, musician = 0;
  std::vector<StudyTrial> trials = {};
};

// What the page saved. Throws Error naming `where` and the member, and for answers to a page of another key.
StudyListener listener_from_json(std::string_view json, const std::vector<StudyPiece>& pieces,
                                 const std::string& key_checksum, const std::string& where);
std::string to_json(const StudyListener& listener, const std::vector<StudyPiece>& pieces,
                    const std::string& key_checksum);

struct ExclusionRules {
  int headphones = 5;        // right answers needed of six
  int attention_faults = 0;  // permitted
  double heard_seconds = 3;  // of a trial, needed
  int familiar = 1;          // highest permitted of a trial
};
// The first rule that the listener breaks, in words; empty for one who counts.
std::string exclusion_of(const StudyListener& listener, const ExclusionRules& rules);

// Accuracy about one dimension.
struct StudyAccuracy {
  std::string what = {};  // quadrant, valence, arousal
  Share share = {};
  double chance = .5;
  Interval wilson = {};      // as if all trials were independent
  Interval clustered = {};   // by bootstrap over listeners
  double p = 1, p_holm = 1;  // exact, one-sided against chance
  std::optional<double> d_prime = {};
  double power = 0;  // of that test at the accuracy found
};

struct StudySystem {
  std::string name = {};  // "all" first
  std::vector<StudyAccuracy> accuracies = {};
  PerQuadrant<PerQuadrant<int>> confusion{};  // intended, perceived
};

struct StudyReport {
  std::size_t listeners = 0, trials = 0, dropped_trials = 0;
  std::vector<std::pair<std::string, std::string>> excluded = {};  // listener, rule
  std::vector<StudySystem> systems = {};
  double quadrant_alpha = 0, valence_alpha = 0, arousal_alpha = 0;
  std::optional<double> valence_icc = {}, arousal_icc = {};
  Share repeats = {};  // answered with the same quadrant
};

StudyReport study_report(const std::vector<StudyListener>& listeners, const std::vector<StudyPiece>& pieces,
                         const ExclusionRules& rules = {}, const BootstrapOptions& bootstrap = {});

std::string to_json(const StudyReport& report);  // indented
std::string to_html(const StudyReport& report);  // one page
// A row a trial, those of excluded listeners too, with the rule.
std::string study_table_csv(const std::vector<StudyListener>& listeners,
                            const std::vector<StudyPiece>& pieces, const ExclusionRules& rules);
std::string_view study_model_r();  // mixed models of that table

// Listeners whose answers are right with these chances, which vary between listeners by `deviation`.
struct SimulatedListeners {
  int listeners = 21;
  double valence = .6, arousal = .8, deviation = .08;
  std::uint64_t seed = 1;
};
std::vector<StudyListener> simulate_listeners(const std::vector<StudyPiece>& pieces,
                                              const SimulatedListeners& how);

}  // namespace s2m
