// A judge of the emotion of music that follows published findings on musical cues, without any listener's label of a
// corpus. It labels music whose licence allows commercial work (docs/research/open-weights.md).
#pragma once

#include <span>
#include <string_view>

#include "lab/judge/judge.h"

namespace s2m {

// A measure of the notes that stands for a cue, and what one deviation more of it adds to the log odds. The findings give
// signs and order; the sizes are set here.
struct PublishedCue {
  std::string_view feature;  // of `named(MusicFeatures)`
  InputScale scale = InputScale::kLinear;
  double valence = 0;
  double arousal = 0;
  std::string_view finding;  // what was found, by whom
};

std::span<const PublishedCue> published_cues();

// Means and deviations are those of `music`, so that half of it is pleasant and half excited, about. Throws Error for
// no music.
Judge judge_by_cues(std::span<const MusicFeatures> music);

}  // namespace s2m
