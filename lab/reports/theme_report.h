// How steady the themes and progressions of plans are: stories beside their paraphrases and beside each other.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "story2midi/plan/plan.h"
#include "story2midi/reading/emotion_reader.h"

namespace s2m {

struct ThemeSteadiness {
  std::string story;
  std::string theme;                         // of the original: rhythm and contour
  int paraphrases = 0, same_paraphrase = 0;  // with the original's first theme
  int same_contour = 0;
  int replaced = 0, same_replaced = 0;  // with one word replaced
  double chords_near = 0;               // mean cosine of chord bigrams with the paraphrases'
  double chords_far = 0;                // with the other stories'
};

// `file`: a table with columns story, kind (original, paraphrase, replaced) and text. Plans of 16 bars. Throws Error naming
// the line.
std::vector<ThemeSteadiness> evaluate_themes(const EmotionReader& reader, const std::filesystem::path& file);

// Cosine of the counts of changes from one chord to the next, relative to the bar's tonic.
double chord_similarity(const Plan& a, const Plan& b);

}  // namespace s2m
