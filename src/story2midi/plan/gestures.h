// What each emotion label asks of the accompaniment: a figure, its bass, its touch. docs/reference/planning.md holds the table.
#pragma once

#include <span>
#include <string_view>

#include "story2midi/plan/plan.h"
#include "story2midi/plan/story_feelings.h"

namespace s2m {

struct Gesture {
  std::string_view label;  // of emotion/labels.h, in their order
  ValenceArousal centre;   // where the plane has it
  double usual;            // mean log odds of the label over stories
  std::string_view figure;
  std::string_view contrast;  // figure of contrasting phrases
  double articulation;        // factor of the sounding share of notes
  std::string_view source;
};
std::span<const Gesture> gestures();

// The label that stands out: its log odds above what is usual, less the distance from its centre; without labels the
// nearest centre.
const Gesture& gesture_of(const Emotion& emotion);

// Fills figure and bass of every bar, phrase by phrase, and colours the articulation.
void plan_figures(Plan& plan, const StoryFeelings& story);

}  // namespace s2m
