#include "lab/judge/published_cues.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

constexpr auto kLinear = InputScale::kLinear, kLogarithm = InputScale::kLogarithm;

// Order of the cues after Eerola, Friberg and Bresin (2013): mode, tempo, register, dynamics, articulation.
constexpr std::array kCues{
    PublishedCue{"local_major", kLinear, 0.9, 0.1,
                 "mode is the strongest cue: major for happy and peaceful (Eerola, Friberg, Bresin 2013)"},
    PublishedCue{"major_evidence", kLinear, 0.6, 0, "the same, of the whole piece"},
    PublishedCue{"onsets_per_second", kLogarithm, 0.4, 0.9,
                 "fast is happy and excited, slow sad and calm (Eerola, Friberg, Bresin 2013)"},
    PublishedCue{"melody_pitch", kLinear, 0.3, 0.1, "high is happy, low sad (Eerola, Friberg, Bresin 2013)"},
    PublishedCue{"velocity", kLinear, -0.15, 0.6,
                 "loud is excited, and anger before joy (Gabrielsson, Lindstrom 2010)"},
    PublishedCue{"legato", kLogarithm, -0.1, -0.4,
                 "detached is lively, legato calm (Gabrielsson, Lindstrom 2010; Eerola et al. 2013)"},
    PublishedCue{"dissonance", kLinear, -0.4, 0.2,
                 "dissonance is unpleasant and tense (Gabrielsson, Lindstrom 2010)"},
};

}  // namespace

std::span<const PublishedCue> published_cues() { return kCues; }

Judge judge_by_cues(std::span<const MusicFeatures> music) {
  if (music.empty()) throw Error("judge", "no music to take means from", "pieces", "none");
  Judge judge;
  for (const PublishedCue& cue : kCues) {
    JudgeInput input{.name = std::string(cue.feature), .scale = cue.scale};
    input.valence = cue.valence;
    input.arousal = cue.arousal;
    std::vector<double> values;
    for (const MusicFeatures& features : music) {
      const auto all = named(features);
      values.push_back(
          input_value(std::ranges::find(all, input.name, &NamedFeature::name)->value, input.scale));
    }
    standardise_by(values, input);
    judge.inputs.push_back(std::move(input));
  }
  return judge;
}

}  // namespace s2m
