// What stands beside the notes of a score: the letters of its sections, their words, and where phrases begin.
#pragma once

#include <string>
#include <vector>

#include "story2midi/music/score.h"
#include "story2midi/plan/plan.h"

namespace s2m {

// The form's letters, one per section: A for the first theme, B for the next, and so on; a prime for each return. Sections
// without a theme have letters of their own. "A", "B", "A'".
std::vector<std::string> section_letters(const Plan& plan);

// Adds a marker per section, "A: The words of the section", and cue points: "climax" at the loudest bar, and the start of each
// phrase that begins no section, "A.2". A plan without titles has no letters: then nothing is added.
void add_labels(const Plan& plan, Score& score);

// Adds the story's passages as lyrics of the first track where their sections set them: by their share of the section's text, or where bars keep
// times at their own. `curve`: of the plan's story; sections without bytes have none.
void add_captions(const Plan& plan, const EmotionCurve& curve, Score& score);

}  // namespace s2m
