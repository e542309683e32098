#include "story2midi/plan/bar_plans.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "story2midi/base/error.h"
#include "story2midi/emotion/valence_arousal.h"
#include "story2midi/plan/rules.h"

namespace s2m {
namespace {

// The end of the piece gives way.
struct Ending {
  double tempo, dynamics, density;
};
constexpr Ending kLastButOne{0.95, 0.95, 0.9};
constexpr Ending kLast{0.85, 0.85, 0.6};

constexpr double kStriking = 0.5;  // distance on the plane

// Whether a bar feels otherwise than both its neighbours: an accent.
bool strikes(const std::vector<Emotion>& steps, std::size_t bar) {
  const auto apart = [&](std::size_t other) {
    return std::hypot(steps[bar].valence - steps[other].valence, steps[bar].arousal - steps[other].arousal) >
           kStriking;
  };
  return bar > 0 && bar + 1 < steps.size() && apart(bar - 1) && apart(bar + 1);
}

// The mean over two bars on either side.
Emotion smooth_at(const std::vector<Emotion>& steps, std::size_t bar) {
  constexpr std::array<double, 5> kWeights{1, 2, 3, 2, 1};
  Emotion mean;
  double total = 0;
  for (std::size_t i = 0; i < kWeights.size(); ++i) {
    if (bar + i < 2 || bar + i - 2 >= steps.size()) continue;
    const auto& step = steps[bar + i - 2];
    mean.valence += kWeights[i] * step.valence;
    mean.arousal += kWeights[i] * step.arousal;
    total += kWeights[i];
  }
  return {mean.valence / total, mean.arousal / total, {}};
}

void shape(BarPlan& bar, const Ending& ending) {
  bar.tempo_bpm *= ending.tempo;
  bar.dynamics *= ending.dynamics;
  bar.density *= ending.density;
}

}  // namespace

EmotionCurve as_asked(EmotionCurve curve, const PlanOptions& options) {
  if (curve.points.empty()) {
    if (!options.valence || !options.arousal)
      throw Error("plan", "there is nothing to follow", "a story, or valence and arousal");
    curve.points.emplace_back();
  }
  for (auto& [passage, emotion] : curve.points) {
    emotion.valence = options.valence.value_or(emotion.valence);
    emotion.arousal = options.arousal.value_or(emotion.arousal);
  }
  return curve;
}

Metre metre_for(const EmotionCurve& curve, const PlanOptions& options) {
  return options.metre.value_or(metre_of(curve.mean()));
}

std::string opening_words(const CurvePoint& opening) {
  constexpr std::size_t kLongest = 48;
  constexpr PerQuadrant<const char*> kTitles{"Pleasant and excited", "Unpleasant and excited",
                                             "Unpleasant and calm", "Pleasant and calm"};
  std::string title;
  const std::string_view text = opening.passage.text;
  const auto heading = text.rfind("\n\n");  // a short title stands in the passage of its first sentence
  for (const char c : text.substr(heading == text.npos ? 0 : heading)) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space) title += c;
    if (space && !title.empty() && title.back() != ' ') title += ' ';
  }
  while (!title.empty() && title.back() == ' ') title.pop_back();
  if (title.empty()) return kTitles[index_of(quadrant_of(opening.emotion))];
  if (title.size() <= kLongest) return title;
  auto cut = title.rfind(' ', kLongest);
  if (cut == std::string::npos || cut == 0) cut = kLongest;
  while (cut > 0 && (static_cast<unsigned char>(title[cut]) & 0xc0) == 0x80) --cut;  // no character in two
  return title.substr(0, cut) + "...";
}

std::vector<Emotion> smoothed(const std::vector<Emotion>& steps) {
  std::vector<Emotion> all;
  for (std::size_t bar = 0; bar < steps.size(); ++bar)
    all.push_back(strikes(steps, bar) ? steps[bar] : smooth_at(steps, bar));
  return all;
}

BarPlan bar_for(const Emotion& emotion) {
  BarPlan bar;
  bar.tempo_bpm = cue(kTempoRule, emotion);
  bar.density = cue(kDensityRule, emotion);
  bar.dynamics = cue(kDynamicsRule, emotion);
  bar.register_pitch = cue(kRegisterRule, emotion);
  bar.articulation = cue(kArticulationRule, emotion);
  bar.valence = emotion.valence;
  bar.arousal = emotion.arousal;
  return bar;
}

void shape_ending(std::vector<BarPlan>& bars) {
  shape(bars.back(), kLast);
  if (bars.size() > 2) shape(bars[bars.size() - 2], kLastButOne);
}

BarPlan rounded(BarPlan bar) {
  bar.tempo_bpm = std::round(bar.tempo_bpm * 1e7) / 1e7;
  for (double* level :
       {&bar.density, &bar.dynamics, &bar.register_pitch, &bar.articulation, &bar.valence, &bar.arousal})
    *level = std::round(*level * 1e4) / 1e4;
  return bar;
}

}  // namespace s2m
