// Why a plan is as it is: for each section the sentence that drives it, its emotion, and the rule behind each choice.
#pragma once

#include <string>
#include <vector>

#include "story2midi/plan/plan.h"

namespace s2m {

// A choice and the rule behind it.
struct ExplainedChoice {
  std::string what;   // "tempo"
  std::string value;  // "94 bpm"
  std::string rule;   // "92 x 2^(0.10 valence + 0.60 arousal), ..."
};

struct ExplainedSection {
  std::string title;
  std::string sentence;  // that feels most like the section's middle; empty where the story is not known
  std::string feelings;  // its likeliest labels; empty where they were not read
  int first_bar = 1, last_bar = 1;  // from 1
  double start_seconds = 0, end_seconds = 0;
  ValenceArousal emotion;           // mean of the bars
  std::vector<std::string> chords;  // of each bar, "Am Dm7"
  std::vector<ExplainedChoice> choices;
};

struct PlanExplanation {
  std::string title;
  std::vector<ExplainedChoice> choices;  // of the whole piece
  std::vector<ExplainedSection> sections;
};

// `curve`: of the plan's story, or empty.
PlanExplanation explain(const Plan& plan, const EmotionCurve& curve = {});

// One object (docs/reference/json.md).
std::string to_json(const PlanExplanation& explanation);
std::string to_json(const ExplainedSection& section);

// The plan, in which each section has its explanation as "why": plan_from_json leaves that out. Expects explain() of the plan.
std::string to_json(const Plan& plan, const PlanExplanation& explanation);

// Lines of plain text.
std::string to_text(const PlanExplanation& explanation);

// One page that needs no other file and no network.
std::string to_html(const PlanExplanation& explanation);

}  // namespace s2m
